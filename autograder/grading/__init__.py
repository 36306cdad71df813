"""A class: judged in worker processes, recorded in nbgrader's gradebook, given out."""
