"""The mail catcher: takes every message over SMTP and delivers none."""
