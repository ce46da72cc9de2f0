"""What the world answers: comments and reposts under what was published, and mentions elsewhere."""
