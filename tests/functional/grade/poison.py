"""Define a preprocessor for tests that kills the process which judges the student ``poison``."""

import os
import signal

from nbgrader.preprocessors import NbGraderPreprocessor


class Poison(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        if resources["nbgrader"]["student"] == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        return nb, resources
