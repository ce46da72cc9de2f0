"""The way of a request through the edge: who asks, whom it goes to, and both streams."""
