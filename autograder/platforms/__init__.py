"""Take submissions from learning platforms (Canvas, Moodle, Gradescope), and give them marks and feedback."""
