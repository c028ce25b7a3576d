"""名册导入: a spreadsheet of the national system becomes the register, in three pure steps and one that writes.

``columns`` (which heading is which field) < ``places`` (village by name) < ``reading`` (file to clean rows) < ``planning`` (difference from
the register) < ``applying`` (write it). The verbs that a page or command calls are in ``households.register``.
"""
