"""All that 04-gradient-flow declares."""
