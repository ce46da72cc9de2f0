"""Campaigns as clients write and read them."""
