"""Run submissions: each in a kernel with its own namespaces, forked from a preloaded process inside bubblewrap."""
