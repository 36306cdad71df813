"""Declare assignment 04-gradient-flow."""
