"""Measure how good the grader is, and check a plain file of functions without a notebook."""
