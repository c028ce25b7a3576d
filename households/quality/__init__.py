"""数据质量检查: rules as data over the register, what they find, and what people say about it (domain.md 7.4).

``base`` (what a rule is) < ``identity``, ``structure``, ``members``, ``ages``, ``work``, ``living``, ``income`` (rules by group) <
``catalogue`` < ``evaluate`` (frames in, problems out; pure) < ``facts`` with ``sharing`` and ``outside`` (the frames), ``kept`` (which columns
there are) < ``storing`` < ``checking`` (verbs that check), ``standing`` (verbs on a problem).

Who changes households calls ``checking.recheck(ids)`` last in his verb; who submits papers asks ``standing.blocking(household)``.
"""
