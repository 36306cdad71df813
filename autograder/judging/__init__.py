"""One submission: its functions called in a kernel, their answers compared here, what is said about them."""
