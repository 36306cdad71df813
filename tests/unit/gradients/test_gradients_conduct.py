"""The checks notice what functions do besides returning numbers: views, mutation, randomness."""

import gradients_network as network
import numpy as np
import pytest

from utils.gradients import check_backward, check_gradients

(X, H0, _), PARAMS = network.problem(11)
INPUTS = {"x": X, "h0": H0} | {name: PARAMS[name] for name in ("Wx", "Wh", "b")}


def square(params):
    return np.sum(params["w"] ** 2)


W = {"w": np.array([1.0, -2.0, 0.5])}
RIGHT = {"w": 2 * W["w"]}


def verdicts(report):
    return {str(row.verdict) for row in report}


# Views: harmless, because everything is copied at once.


def test_a_loss_and_a_forward_that_return_views_pass():
    assert check_gradients(lambda p: p["w"][1:2], W, {"w": np.array([0.0, 1.0, 0.0])})
    assert check_backward(lambda x: (x[:, 1:], x.shape), lambda d, shape: np.pad(d, ((0, 0), (1, 0))), {"x": H0})
    buffer = np.empty_like(H0)

    def reuses_one_buffer(x):
        np.multiply(x, 3, out=buffer)
        return buffer, None

    assert check_backward(reuses_one_buffer, lambda d, _: 3 * d, {"x": H0})
    assert not check_backward(reuses_one_buffer, lambda d, _: 2 * d, {"x": H0})


def test_a_backward_that_returns_its_upstream_as_a_view_passes():
    assert check_backward(lambda a, c: (a + c, None), lambda d, _: (d, d), {"a": H0, "c": 2 * H0})


# Mutation: named, and the numbers judged all the same.


def test_a_loss_that_mutates_is_broken_and_names_the_array():
    def mutates(params):
        params["w"] *= 1.001
        return np.sum(params["w"] ** 2)

    before = W["w"].copy()
    report = check_gradients(mutates, W, {"w": 2 * 1.001**2 * W["w"]})
    assert verdicts(report) == {"BROKEN"}
    assert "`mutates` changed `w` (first at [0]) in place" in report["w"].diagnosis
    assert "The numbers are right all the same." in report["w"].diagnosis
    assert W["w"].tobytes() == before.tobytes()
    wrong = check_gradients(mutates, W, RIGHT)
    assert "Its numbers: FAIL." in wrong["w"].diagnosis


def test_only_the_input_that_forward_mutates_is_broken():
    def forward(x, h0, Wx, Wh, b):
        h0[0, 1] += 1
        return network.forward(x, h0, Wx, Wh, b)

    report = check_backward(forward, network.backward, INPUTS)
    assert [row.name for row in report if not row] == ["h0"]
    assert "`forward` changed `h0` (first at [0, 1]) in place" in report["h0"].diagnosis


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda dh, cache: dh.__imul__(2), "`backward` changed `dh` (first at [0, 0, 0]) in place"),
        (lambda dh, cache: cache[2][0].__isub__(1), "changed `cache[2][0]` (first at [0, 0]) in place"),
        (lambda dh, cache: cache.pop(), "changed `cache` (its length) in place"),
    ],
)
def test_a_backward_that_spoils_upstream_or_cache_is_broken(spoil, words):
    def backward(dh, cache):
        grads = network.backward(dh, cache)
        spoil(dh, cache)
        return grads

    report = check_backward(network.forward, backward, INPUTS)
    assert verdicts(report) == {"BROKEN"}
    assert words in report["Wh"].diagnosis
    assert "right all the same" in report["Wh"].diagnosis


def test_a_cache_of_dicts_and_objects_is_watched_too():
    class Tape:
        def __init__(self, x):
            self.x, self.me = x, self  # an object that contains itself must not hang the check

    def spoils(d, cache):
        grad = d * 2 * cache["tape"].x
        cache["tape"].x[:] = 0
        return grad

    report = check_backward(lambda x: (x**2, {"tape": Tape(x)}), spoils, {"x": H0})
    assert "`cache['tape']['x']` (first at [0, 0])" in report["x"].diagnosis
    honest = check_backward(lambda x: (x**2, {"tape": Tape(x)}), lambda d, c: d * 2 * c["tape"].x, {"x": H0})
    assert honest


def test_grads_that_mutate_the_parameters_are_broken():
    def grads(params):
        params["w"] += 1
        return {"w": 2 * (params["w"] - 1)}

    report = check_gradients(square, W, grads)
    assert "`grads` changed `w` (first at [0]) in place" in report["w"].diagnosis


# Randomness.


def test_a_random_loss_is_broken_and_the_global_state_is_kept():
    np.random.seed(1)
    state = np.random.get_state()[1].copy()
    report = check_gradients(lambda p: np.sum(p["w"] ** 2 * np.random.rand(3)), W, RIGHT)
    assert verdicts(report) == {"BROKEN"}
    assert "for the same parameters: is there a dropout mask" in report["w"].diagnosis
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_a_loss_that_seeds_itself_passes_and_the_global_state_is_kept():
    def loss(params):
        np.random.seed(0)
        return np.sum(np.random.rand(3) * params["w"])

    np.random.seed(5)
    expected = np.random.rand()
    np.random.seed(5)
    np_first = np.random.get_state()[1].copy()
    weights = np.random.RandomState(0).rand(3)
    assert check_gradients(loss, W, {"w": weights})
    np.testing.assert_array_equal(np.random.get_state()[1], np_first)
    assert np.random.rand() == expected


def test_the_global_state_survives_an_interrupt():
    def loss(params):
        np.random.rand()
        raise KeyboardInterrupt

    np.random.seed(3)
    before = np.random.get_state()
    with pytest.raises(KeyboardInterrupt):
        check_gradients(loss, W, RIGHT)
    assert np.random.get_state()[2] == before[2]


def test_a_random_forward_and_a_random_backward_are_broken():
    rng = np.random.default_rng(0)
    dropout = check_backward(lambda x: (x * (rng.random(x.shape) > 0.5), x), lambda d, x: d, {"x": H0})
    assert "two different outputs for the same inputs" in dropout["x"].diagnosis

    def backward(dh, cache):
        *rest, db = network.backward(dh, cache)
        return *rest, db + rng.random(db.shape)

    report = check_backward(network.forward, backward, INPUTS)
    assert [row.name for row in report if not row] == ["b"]
    assert "two different gradients for the same cache" in report["b"].diagnosis


def test_the_checks_own_randomness_is_seeded():
    first, again, other = (check_backward(network.forward, network.backward, INPUTS, seed=seed) for seed in (0, 0, 1))
    assert first.to_dict() == again.to_dict()
    assert first.direction != other.direction
