"""Declare assignment 01-rnn-forward."""
