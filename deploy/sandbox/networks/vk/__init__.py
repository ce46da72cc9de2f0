"""The stand-in of VK: API 5.199 and the Callback API."""
