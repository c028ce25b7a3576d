"""audit 留痕: who did what to which object, append-only and sealed."""
