"""When an event is open, who gets a seat, and what time it is there."""
