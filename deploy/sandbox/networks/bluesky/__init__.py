"""The stand-in of Bluesky: one server of the AT Protocol that stands for all of them."""
