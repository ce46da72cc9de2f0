"""Surveys: their questions, their life, who is asked, and the answers."""
