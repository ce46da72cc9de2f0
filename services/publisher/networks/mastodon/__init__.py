"""Mastodon, by the API of the server that an account is on."""
