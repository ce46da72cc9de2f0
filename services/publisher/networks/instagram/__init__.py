"""Instagram, by the Instagram API with Instagram Login. Off until somebody has accepted its warning."""
