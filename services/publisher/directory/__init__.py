"""What the publisher knows of organizations and people, told by the gateway."""
