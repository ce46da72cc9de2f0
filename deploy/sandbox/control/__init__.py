"""The control API: accounts, faults, what people write, and what the stand-ins saw."""
