"""Find where in a learner's function the first value stands that occurs on no right way.

The learner's own syntax tree is rewritten so that it records what every expression in it is (`instrument`,
`recorder`); those values are compared with the fingerprints of all values on right ways (`waypoints`), and from an
output that is known to be wrong a slice leads back to where they part (`slicing`). `locating` does it all, for `check`
and `check-file` alone; `location` holds the facts, `wording` the sentences.
"""
