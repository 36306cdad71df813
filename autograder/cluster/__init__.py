"""Judge on many machines: the jobs of `autograder grade` as futures of Dask, for the same writer."""

from autograder.errors import BadRequest

try:
    import distributed  # noqa: F401 - all modules here need it, and the first to be imported says so
except ModuleNotFoundError as error:
    raise BadRequest(
        f"--scheduler needs Dask, and {error.name} is not installed: "
        ".venv/bin/pip install -c constraints.txt -e '.[instructor,cluster]'"
    ) from None
