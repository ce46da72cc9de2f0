"""Notifications: what staff and members are told, by which ways, and when."""
