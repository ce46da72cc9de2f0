"""Bluesky, by the AT Protocol."""
