"""What this service knows of organizations and people, told by the gateway."""
