"""risk_exit 风险消除: exit from monitoring and follow-up (comes with its own issues)."""
