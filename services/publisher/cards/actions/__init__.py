"""Draw greeting cards."""
