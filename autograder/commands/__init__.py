"""The commands of ``autograder``: each module adds a few of them to the command line, and runs them.

They import what they need when they run, so that ``--help`` is quick.
"""
