"""Report on a class: what an assignment's marks and mistakes say about what to teach next."""
