"""Declare assignment 07-capstone."""
