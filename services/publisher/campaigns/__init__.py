"""Campaigns: what many organizations say together, carried further by all who subscribe, each publication once."""
