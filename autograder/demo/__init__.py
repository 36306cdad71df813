"""A sample class, graded end to end."""
