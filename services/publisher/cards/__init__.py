"""Greeting cards: an enterprise's jubilee as a picture for stories and posts."""
