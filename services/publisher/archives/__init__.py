"""Archives: everything that an organization published, as files to keep."""
