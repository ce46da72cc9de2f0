"""Channels: an organization's communities in the networks."""
