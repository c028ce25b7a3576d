"""accounts 账号: users, departments, postings and the rights that follow from them."""
