"""Public feeds: what an organization published for everybody, as RSS and JSON Feed."""
