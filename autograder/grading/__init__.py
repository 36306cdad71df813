"""Grade a class: judge it in worker processes, write nbgrader's gradebook, hand results out."""
