"""Slots, plans and calendars as clients write and read them."""
