"""Working calendars: the official days of a country, and what a calendar may be."""
