"""Department lists: their formats, how files are checked, kept and given back."""
