"""How good the grader is, and a plain file of functions checked without a notebook."""
