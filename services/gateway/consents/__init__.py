"""Personal data: consents, a person's file, its erasure, who read it, how long it is kept, what went wrong with it."""
