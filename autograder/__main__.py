"""Run the command line with ``python -m autograder``, as the console script does."""

from autograder.cli import main

if __name__ == "__main__":
    main()
