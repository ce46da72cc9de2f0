"""What a publication may be and become."""
