"""The stand-in of Instagram's API with Instagram Login."""
