"""The networks' official schemas, each read by its own dialect."""
