"""The command line `vmeste`: what whoever runs an installation does with it."""
