"""What a channel may do, and what becomes of what is sent through it."""
