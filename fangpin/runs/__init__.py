"""runs 后台任务: long work as rows that workers claim, so that none is lost or done twice."""
