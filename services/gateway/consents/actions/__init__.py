"""Personal data's use cases."""
