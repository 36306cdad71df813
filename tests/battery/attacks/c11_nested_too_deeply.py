"""C11: lists in lists in lists, a hundred thousand deep."""
# refused: nested

# %% [submission]
def alter(notebook, folder):
    return b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
