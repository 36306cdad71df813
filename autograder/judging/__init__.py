"""Judge one submission: call its functions in a kernel, compare their answers here, and write feedback about them."""
