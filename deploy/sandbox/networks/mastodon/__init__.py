"""The stand-in of Mastodon: one server that stands for all of them."""
