"""One submission: its functions called in a kernel, their answers compared here, feedback written about them."""
