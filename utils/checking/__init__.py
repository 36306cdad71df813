"""What stands behind `utils.check`: call a learner's function, compare what it returns, say what was found."""
