"""The testing kit: a clock that stands still, a queue in memory, a service with everything real but the time."""
