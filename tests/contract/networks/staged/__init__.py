"""How each network is met by the conformance suite: one file per network, named in `registry`."""
