"""Declare assignment 06-highway."""
