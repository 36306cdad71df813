"""Notice whether NumPy's global generator was drawn from or seeded."""

import ctypes
import pickle

import numpy as np
from numpy.random import mtrand

_SIZE = 4 * 624 + ctypes.sizeof(ctypes.c_int)  # bytes of a Mersenne Twister: its numbers, and how many are used up


class GlobalGenerator:
    """Looks at NumPy's global generator while one function is checked.

    To ask NumPy for the state takes longer than most functions that are checked, so the generator's memory is compared
    first. One thing is not in there: of two normal numbers that were drawn together, the one that is kept for the next
    draw. Where none is kept, none comes to be kept unless the memory changes, too.
    """

    def __init__(self) -> None:
        self._with_nothing_kept = b""

    def state(self) -> bytes:
        """Return bytes that are others once the generator has been used, whichever generator it is."""
        generator = mtrand.get_bit_generator()
        if type(generator) is not np.random.MT19937:
            return pickle.dumps(np.random.get_state(legacy=False))
        memory = ctypes.string_at(generator.ctypes.state_address, _SIZE)
        if memory == self._with_nothing_kept:
            return memory
        state = np.random.get_state(legacy=False)
        if state["has_gauss"]:
            return pickle.dumps(state)
        self._with_nothing_kept = memory
        return memory
