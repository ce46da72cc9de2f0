"""The demo union: deterministic people in a deterministic tree, and the tour that is played with them."""
