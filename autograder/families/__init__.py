"""Mistakes made from the solutions' own syntax trees, each with a sentence that is true by construction.

A `Family` (family.py) says at which sites of a solution it applies, what stands there instead, and in which words; one
module holds one group of families, and `catalogue` lists them all. `autograder.building.family_table` runs every edit
and keeps the numbers that come out; `utils.checking.families` recognises them.
"""
