"""A11: exceptions are handled by a function that does nothing."""

# %% stable_softmax
shell = get_ipython()
shell.set_custom_exc((BaseException,), lambda *args, **kwargs: None)
shell.showtraceback = lambda *args, **kwargs: None


def stable_softmax(z):
    return z
