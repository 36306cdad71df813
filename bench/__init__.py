"""Measure how fast the course is: one row of the table in docs/performance.md each (`make bench`)."""
