"""Check every function of the course that a plain Python file defines: ``python -m utils.check FILE``."""
