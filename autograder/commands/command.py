"""What adds a command to ``autograder``."""

import argparse
from collections.abc import Callable

# Its name, what runs it (takes the parsed arguments, prints, and returns the exit status), and one sentence of help.
Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
