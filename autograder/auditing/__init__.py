"""Measure how good the grader is."""
