"""policy 政策: standards with dated thresholds."""
