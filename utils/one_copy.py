"""Refuse to run where this code is installed twice, as `utils` with a course and as `unrolled` by a wheel."""

from importlib.util import find_spec

_TWICE = (
    "Unrolled is installed twice in this environment: as unrolled, with the package utils, and as unrolled-learner, "
    "with the package unrolled. Which of the two a notebook would use is chance. Remove one of them: "
    "`pip uninstall unrolled-learner` or `pip uninstall unrolled`."
)


def require_one_copy() -> None:
    """Look for the other one of the two.

    Raises
    ------
    ImportError
        If it is there.
    """
    if __package__ == "utils":
        other = find_spec("unrolled")
        twice = other is not None and other.has_location  # a mere folder of that name has none
    else:
        from importlib import metadata  # slow, and where notebooks run it is loaded already

        twice = any(one.name == "unrolled" for one in metadata.distributions(name="unrolled"))
    if twice:
        raise ImportError(_TWICE)
