"""What is the matter with an installation: each check looks at one thing and says what to do about it."""
