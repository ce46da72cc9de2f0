"""When things go out: weekly slots of channels, plans that recur, the calendar of both."""
