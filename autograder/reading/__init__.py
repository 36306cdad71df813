"""A page on which people read written answers, one question across the class; it writes nbgrader's gradebook."""
