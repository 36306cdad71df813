"""What was handed in: found, read within bounds, and laid into the release's own notebook."""
