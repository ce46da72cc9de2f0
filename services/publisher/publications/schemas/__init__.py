"""Publications, their previews and their deliveries as clients see them."""
