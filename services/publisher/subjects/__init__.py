"""What this service holds of a person, and how long it holds it."""
