"""desk 工作台: the pages that look across apps; apps contribute, the desk knows none of them."""
