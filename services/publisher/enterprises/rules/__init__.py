"""How people outside are reached, who an author is, and what belongs to a relationship."""
