"""Measures the monthly job against what the same files cost anyway: `manage.py bench` (performance.md 7)."""
