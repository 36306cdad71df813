"""Share the points of a loss function among the loss and the gradients that it returns."""

from collections.abc import Sequence

from autograder.course.exercise import Outputs
from utils.checking.compare import compare


def by_parameter(expected: Sequence[Outputs], outputs: Sequence[Outputs]) -> float:
    """Return the share of a loss's points: half for the loss, half shared by the gradients of all parameters."""
    pairs = list(zip(outputs, expected, strict=True))

    def gradient(case: Outputs, name: str) -> object:
        return case["grads"].get(name) if isinstance(case["grads"], dict) else None

    loss = all(compare("loss", own["loss"], right["loss"]).ok for own, right in pairs)
    names = list(expected[0]["grads"])
    gradients = [
        all(compare(name, gradient(own, name), gradient(right, name)).ok for own, right in pairs) for name in names
    ]
    return loss / 2 + sum(gradients) / len(names) / 2
