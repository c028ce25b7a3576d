"""Linking rows of department lists to the register (行与人的比对): pure functions over data frames, no database.

Order of reading: names, keys, register, evidence, tiers, resolve; the places stand with the divisions.
"""
