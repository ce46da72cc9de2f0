"""Delegations: what organizations above ask to be carried in one's own channels, answered by those whose channels they are."""
