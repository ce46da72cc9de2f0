"""Mail without any server."""
