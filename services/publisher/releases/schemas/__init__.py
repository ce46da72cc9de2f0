"""Contacts and releases as clients write and read them."""
