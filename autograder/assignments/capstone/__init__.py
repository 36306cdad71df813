"""All that 07-capstone declares."""
