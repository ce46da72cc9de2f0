"""Bodies of the routes of personal data."""
