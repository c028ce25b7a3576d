"""Forms and list filters of screening, by page."""
