"""What a student's notebook imports: checks, gradient checking, figures and explorers."""
