"""screening 排查: department data, matching, rules and clues."""
