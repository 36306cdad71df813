"""What an instructor runs: build the notebooks, judge and grade submissions."""
