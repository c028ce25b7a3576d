"""divisions 行政区划: county, townships and villages by their official codes."""
