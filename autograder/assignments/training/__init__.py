"""All that 03-training declares."""
