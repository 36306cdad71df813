"""Declare assignment 05-lstm."""
