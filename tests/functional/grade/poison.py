"""A preprocessor for tests: kills the process that judges whoever is called ``poison``."""

import os
import signal

from nbgrader.preprocessors import NbGraderPreprocessor


class Poison(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        if resources["nbgrader"]["student"] == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        return nb, resources
