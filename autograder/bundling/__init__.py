"""Make what a student is handed: one zip that needs neither this repository nor make."""
