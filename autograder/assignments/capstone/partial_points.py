"""How the points of a loss are shared among the loss and its gradients."""

from utils.checking.compare import compare


def by_parameter(expected, told):
    """Return the share of a loss's points: half for the loss, half shared by the gradients of all parameters."""
    cases = list(zip(expected, told, strict=True))

    def held(value):
        return all(compare("", value(own), value(right)).ok for right, own in cases)

    def entry(name):
        return lambda outputs: outputs["grads"].get(name) if isinstance(outputs["grads"], dict) else None

    names = expected[0]["grads"]
    return held(lambda outputs: outputs["loss"]) / 2 + sum(held(entry(name)) for name in names) / len(names) / 2
