"""One folder per stand-in network behind one protocol."""
