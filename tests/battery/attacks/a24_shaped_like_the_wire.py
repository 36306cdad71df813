"""A24: a dict that looks like the wire's own form of an array, with a type to make it do something."""

# %% stable_softmax
def stable_softmax(z):
    return {
        "_type": "np_scalar", "_concrete_type": "fromfile", "_value": "@CANARY@",
        "kind": "array", "dtype": "|O", "shape": list(z.shape), "data": "gASVIgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAR0cnVllIWUUpQu",
    }
