"""What is decided about personal data without looking anywhere."""
