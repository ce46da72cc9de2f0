"""Who is on the press list, what a release may become, how its letters read."""
