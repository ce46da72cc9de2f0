"""VK, by its API 5.199 and the Callback API."""
