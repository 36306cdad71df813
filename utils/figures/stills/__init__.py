"""Static pictures, one file a topic: each lists them as ``PICTURES``, with the functions that draw them."""
