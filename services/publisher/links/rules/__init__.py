"""What may be linked to, how a link looks, where it is shown, how its clicks are drawn."""
