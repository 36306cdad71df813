"""Every construct that a learner may write, one function each; all are called with two numbers."""

# ruff: noqa  # written as learners may write

import numpy as np


def comprehensions(a, b):
    return [a * i for i in range(4) if i % 2 for _ in "ab"], {i: a for i in range(2)}, {a, b}


def generator(a, b):
    return sum(i * a for i in range(5)), list(zip([1], (x for x in (a,))))


def nested_comprehension(a, b):
    return [[i * j + a for j in range(i)] for i in range(3)]


def comprehension_own_variable(a, b):
    i = 7
    x = [i for i in range(3)]
    return i, x


def walrus(a, b):
    y = (z := a + b) * z
    return y, z, [w := i for i in range(3)], w


def chained_comparison(a, b):
    return a < b <= b < 9, a == a is not None, a in (a, b), not a > b


def short_circuits(a, b):
    return (a and b), (a or 1 / 0), (None and 1 / 0), (0 or a), a if b else 1 / 0


def augmented(a, b):
    x = np.arange(6.0)
    y = x
    x += a
    x[1:3] *= b
    x[0] -= 1
    n = a
    n //= 2
    return x, y is x, n


def slices(a, b):
    x = np.arange(24).reshape(2, 3, 4)
    return x[0, ..., 1:], x[:, None, ::-1], x[a % 2][-1], x[:][..., 0]


def starred(a, b):
    p, *q = range(5)
    (r, s), [t, *u] = (1, 2), [3, 4]
    return p, q, r, s, t, u, [*q, *u], max(*q), {**{"k": a}}


def several_targets(a, b):
    x = y = [a]
    x[0], z = b, x[0]
    return x, y, z


def attributes(a, b):
    class Box:
        pass

    box = Box()
    box.x = np.ones(3)
    box.x[1] = a
    box.x += 1
    return box.x, box.x.T.shape


def lambda_statement(a, b):
    f = lambda u, v=b: u * v + a
    return f(2), (lambda: a)(), sorted([3, 1], key=lambda u: -u)


def nested_functions(a, b):
    def g(u, k=2):
        w = u * k

        def h():
            return w + a

        return h

    return g(3)(), g(k=1, u=b)()


def recursion(a, b):
    def f(n):
        return 1 if n < 2 else n * f(n - 1)

    return f(5)


def decorated_inside(a, b):
    import functools

    @functools.cache
    def f(n):
        return n + a

    return f(1) + f(1)


def class_inside(a, b):
    class C:
        x = a

        def m(self, y):
            return self.x + y

    return C().m(b)


def try_statement(a, b):
    try:
        x = a / 0
    except ZeroDivisionError as e:
        x = str(e)
    else:
        x = 1
    finally:
        y = b
    return x, y


def return_in_finally(a, b):
    try:
        return a
    finally:
        b += 1


def raise_and_catch(a, b):
    def f():
        raise ValueError(a)

    try:
        f()
    except ValueError as e:
        return e.args


def with_statement(a, b):
    import contextlib

    with contextlib.suppress(KeyError), contextlib.nullcontext(a) as x:
        {}[b]
    return x


def while_statement(a, b):
    n, x = 0, []
    while n < 9:
        n += 1
        if n == 3:
            continue
        if n == 6:
            break
        x.append(n)
    else:
        x = None
    return x


def for_else(a, b):
    for i in range(3):
        pass
    else:
        i = "done"
    return i


def loop_over_pairs(a, b):
    x = []
    for i, (k, v) in enumerate({"p": a, "q": b}.items()):
        x += [(i, k, v)]
    return x


def f_strings(a, b):
    return f"{a:>{b}} {a!r} {[i for i in range(2)]}", "%d" % a, f"{a=}"


def match_statement(a, b):
    match (a, b):
        case (0, y):
            return y
        case (x, y) if x < y:
            return "less", x, y
        case _:
            return None


def delete(a, b):
    x = [1, 2, 3]
    del x[0]
    y = a
    del y
    return x


def annotations(a, b):
    x: int = a
    y: list[int]
    z: "no such name" = x + 1
    return x, z


def keywords(a, b):
    def f(p, /, q, *r, s=1, **t):
        return p, q, r, s, t

    return f(a, b, 3, s=4, u=5), f(*[a], **{"q": b})


def conversions(a, b):
    return np.array([a, b], dtype=float)[np.array([True, False])], int(a), -a, +b, ~a, a**b, a @ np.eye(2) if 0 else 1


def unpacking_a_call(a, b):
    m, n = np.zeros((a, b)).shape
    x = np.empty((m, n))
    x[...] = 1
    x[:, 0], y = 2, 3
    return x, y


def in_place(a, b):
    x = np.zeros(4)
    np.add.at(x, [0, 0, 2], a)
    x.sort()
    np.exp(x, out=x)
    l = []
    l.append(a)
    l.extend((b,))
    return x, l


def assert_statement(a, b):
    assert a != 0, "zero"
    return a


def no_return(a, b):
    x = a


def bare_return(a, b):
    if a:
        return
    return b


def docstring(a, b):
    """Words."""
    return a


def import_inside(a, b):
    import math as m
    from math import tau

    return m.pi + tau
