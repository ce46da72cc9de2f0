"""What the answers to a survey say, through the one privacy filter."""
