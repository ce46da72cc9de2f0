"""A whole installation in a folder, and back: the rows of every service as they were at one moment, and the files.

Keys are never in it. Without them what is encrypted in it stays unreadable, which restoring says before it begins.
"""
