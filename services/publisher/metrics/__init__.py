"""How far the union's voice reaches, and what the world makes of it: figures, each with what it was counted from."""
