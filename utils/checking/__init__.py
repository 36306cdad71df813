"""Check a learner's function for `utils.check`: call it, compare what it returns, say what was found."""
