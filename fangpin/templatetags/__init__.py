"""Template tags and filters of the whole project; builtin in every template (settings.TEMPLATES)."""
