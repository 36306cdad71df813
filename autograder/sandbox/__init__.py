"""Where a submission runs: a kernel in namespaces of its own, forked from a preloaded process inside bubblewrap."""
