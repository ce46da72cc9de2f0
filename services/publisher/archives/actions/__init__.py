"""Gather what an organization published.

packing    one file: publications as a page, as JSON, and their images
gathering  file by file, handed to whoever asked, let go of after a week
"""
