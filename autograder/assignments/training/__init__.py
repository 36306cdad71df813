"""Declare assignment 03-training."""
