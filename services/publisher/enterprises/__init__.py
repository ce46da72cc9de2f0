"""Enterprises where members work: who leads them, their accounts, and the history of the relationship with them."""
