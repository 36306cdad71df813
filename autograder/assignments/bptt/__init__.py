"""Declare assignment 02-bptt."""
