"""Build notebooks, fixtures and rubrics from the solutions."""
