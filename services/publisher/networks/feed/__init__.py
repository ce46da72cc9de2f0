"""The organization's own public feed."""
