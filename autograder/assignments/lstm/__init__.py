"""All that 05-lstm declares."""
