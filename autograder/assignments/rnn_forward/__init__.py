"""All that 01-rnn-forward declares."""
