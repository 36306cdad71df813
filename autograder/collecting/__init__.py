"""Find what was handed in, read it within bounds, and put it into the release's own notebook."""
