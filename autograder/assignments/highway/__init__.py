"""All that 06-highway declares."""
