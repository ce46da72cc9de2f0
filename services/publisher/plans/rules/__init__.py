"""When a slot comes, what became of it, which days a plan has."""
