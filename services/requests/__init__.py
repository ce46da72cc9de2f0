"""The social function: help requests from any channel, answered where they came from, rated afterwards."""
