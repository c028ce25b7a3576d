"""Rounds (排查): two lists compared, differences sent back, nobody visited twice for the same fact.

Pure: sides, classes, repetition, judging, comparison, moves, watching, calendar, sketch. The verbs stand beside them.
"""
