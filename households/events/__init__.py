"""人口变动: what happens to a household and its people, each a verb with its day and reason (domain.md 1.4, product.md R3).

``writing`` (locks, checks, keeps what was before, writes) < ``arriving``, ``leaving``, ``moving``, ``correcting`` < ``undoing``.
"""
