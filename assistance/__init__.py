"""assistance 帮扶: measures, visits, key areas, inspections (comes with its own issues)."""
