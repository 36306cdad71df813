"""All that 00-start-here declares."""
