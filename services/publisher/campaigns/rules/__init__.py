"""What campaigns, their publications and their relays may become, and what coverage is."""
