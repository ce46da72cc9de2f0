"""The stand-in of VK ID: OAuth 2.1 with PKCE and `device_id`, for the people of the stand-in of VK."""
