"""Everything on one machine without Docker: databases out of wheels, and one supervisor for all processes."""
