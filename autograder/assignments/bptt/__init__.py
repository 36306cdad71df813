"""All that 02-bptt declares."""
