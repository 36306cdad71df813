"""Fill a disk for real: the system refuses to let a file grow beyond a size."""

import resource
from contextlib import contextmanager


@contextmanager
def files_up_to(size):
    """Within this, a file that grows beyond so many bytes raises OSError: File too large."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
