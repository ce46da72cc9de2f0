"""Publications: one text to every channel, and what became of it."""
