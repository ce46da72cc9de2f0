"""What a survey may ask and when, what counts as an answer, and who has a say."""
