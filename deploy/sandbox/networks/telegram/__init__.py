"""The stand-in of Telegram's Bot API."""
