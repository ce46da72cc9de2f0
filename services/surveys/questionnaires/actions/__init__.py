"""Surveys made, opened, answered and closed."""
