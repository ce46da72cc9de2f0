"""Media: images with their alt texts."""
