"""From a solution to notebooks, fixtures and rubrics."""
