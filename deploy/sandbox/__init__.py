"""Stand-ins of the social networks, for development and tests: the networks themselves are never called."""
