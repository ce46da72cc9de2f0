"""Short links: where they lead, where they are shown, how often they were followed."""
