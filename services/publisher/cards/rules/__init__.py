"""What a card may say, in which colours, and how its lines are broken."""
