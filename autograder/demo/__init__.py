"""Grade a sample class from end to end."""
