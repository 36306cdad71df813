"""Right answers in other manners than the solution's: the checks must accept every one of them.

Each file is a plain Python file as learners keep them, and is read as such (`autograder check-file` takes it).
"""
