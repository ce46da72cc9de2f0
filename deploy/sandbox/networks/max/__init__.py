"""The stand-in of the MAX Bot API."""
