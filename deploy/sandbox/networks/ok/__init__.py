"""The stand-in of OK's REST API."""
