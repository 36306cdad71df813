"""Declare assignment 00-start-here."""
