"""What is told, by which ways, when, and what becomes of it. Pure."""
