"""Rules: pure functions from matched rows to findings."""
