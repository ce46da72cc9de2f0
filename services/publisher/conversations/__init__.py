"""Conversations: the networks' hooks, and messages both ways."""
