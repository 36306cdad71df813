"""The checks notice what functions do besides returning numbers: views, mutation, randomness, NaN, float32."""

import gradients_network as network
import numpy as np
import pytest

from utils.gradients import GradientError, check_backward, check_gradients

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


# NaN, shape, dtype.


def test_nan_names_where_it_is():
    nan_loss = check_gradients(lambda p: np.log(p["w"]).sum(), W, RIGHT)
    assert verdicts(nan_loss) == {"BROKEN"} and "is nan at these parameters" in nan_loss["w"].diagnosis

    edge = check_gradients(lambda p: np.sqrt(p["w"]).sum(), {"w": np.array([1.0, 0.0])}, {"w": np.array([0.5, 1.0])})
    assert edge["w"].verdict == "BROKEN" and "not finite when `w`[1] moves by 6.1e-06" in edge["w"].diagnosis

    out = check_backward(lambda x: (np.where(x > 1e9, x, np.nan), x), lambda d, x: d, {"x": H0})
    assert "returned nan in output 0 at [0, 0]" in out["x"].diagnosis

    at_nan = check_gradients(
        lambda p: np.nansum(p["w"] ** 2), {"w": np.array([1.0, np.nan])}, {"w": np.array([2.0, 0])}
    )
    assert "`w` itself holds nan at [1]" in at_nan["w"].diagnosis


def test_float32_parameters_are_checked_in_float64():
    single = {"w": W["w"].astype(np.float32)}
    assert check_gradients(square, single, lambda p: {"w": 2 * p["w"]})["w"].error < 1e-9
    assert check_gradients(square, single, {"w": RIGHT["w"].astype(np.float32)})
    assert not check_gradients(square, single, {"w": (1.01 * RIGHT["w"]).astype(np.float32)})
    # A float32 gradient has lost digits that a float64 one must have.
    assert check_gradients(square, single, {"w": ((1 + 1e-5) * RIGHT["w"]).astype(np.float32)})
    assert not check_gradients(square, single, {"w": (1 + 1e-5) * RIGHT["w"]})


@pytest.mark.parametrize(
    "low",
    [
        lambda p: np.sum(np.tanh(p["w"].astype(np.float32))),  # comes back as float32
        lambda p: float(np.sum(np.tanh(p["w"].astype(np.float32)))),  # hidden in a Python float
        lambda p: 0.1 * p["w"].sum() + np.sum(np.tanh(p["w"]).astype(np.float32)),  # one buffer inside
        lambda p: np.round(np.sum(np.tanh(p["w"])), 7),  # rounding has the same effect
    ],
)
def test_float32_inside_is_noticed_and_reported(low):
    rng = np.random.default_rng(1)
    params = {"w": rng.standard_normal(8)}
    inside = 0.1 if "0.1" in str(low.__code__.co_consts) else 0.0
    right = {"w": 1 - np.tanh(params["w"]) ** 2 + inside}
    report = check_gradients(low, params, right)
    assert report["w"].verdict in ("PASS", "UNSURE")
    assert any("float32 limits this check to about 3 digits" in note for note in report.notes)
    assert check_gradients(low, params, {"w": 1.5 * right["w"]})["w"].verdict == "FAIL"
    honest = check_gradients(lambda p: np.sum(np.tanh(p["w"])), params, {"w": 1 - np.tanh(params["w"]) ** 2})
    assert honest and not honest.notes


def test_a_float32_buffer_in_a_forward_does_not_accuse_a_right_backward():
    def forward(*inputs):
        h, cache = network.forward(*inputs)
        return h.astype(np.float32), cache

    report = check_backward(forward, network.backward, INPUTS)
    assert "FAIL" not in verdicts(report) and report.notes
    doubled = check_backward(forward, lambda d, c: tuple(2 * g for g in network.backward(d, c)), INPUTS)
    assert verdicts(doubled) == {"FAIL"}


def test_integer_parameters_get_a_sentence():
    report = check_gradients(square, {"w": np.array([1, 2, 3])}, {"w": np.array([2.0, 4.0, 6.0])})
    assert verdicts(report) == {"BROKEN"}
    assert "`w` has dtype int64: 1 + 6e-06 is stored as 1" in report["w"].diagnosis
    assert "`w.astype(float)`" in report["w"].diagnosis


def embedding(x, W):
    return W[x], (x, W.shape)


def embedding_backward(dy, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dy)
    return dW


def embedding_backward_overwrites(dy, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dy
    return dW


def test_token_ids_are_held_fixed():
    inputs = {"x": np.array([[0, 2, 2], [1, 0, 2]]), "W": np.arange(8.0).reshape(4, 2)}
    report = check_backward(embedding, embedding_backward, inputs)
    assert report and [row.name for row in report] == ["W"]
    assert report.notes == ("`x` holds integers, so it is held fixed.",)
    assert check_backward(embedding, lambda d, c: (None, embedding_backward(d, c)), inputs)
    with_dx = check_backward(embedding, lambda d, c: (np.zeros((2, 3)), embedding_backward(d, c)), inputs)
    assert with_dx["x"].verdict == "BROKEN" and "1 + 6e-06 is stored as 1" in with_dx["x"].diagnosis
    assert check_backward(embedding, embedding_backward_overwrites, inputs)["W"].verdict == "FAIL"
    only = check_backward(lambda x: (x * 1.0, None), lambda d, _: d, {"x": np.array([1, 2])})
    assert only["x"].verdict == "BROKEN" and "stored as 1" in only["x"].diagnosis


# Names, before any numbers.


def test_missing_extra_and_misnamed_entries_are_reported_before_the_loss_is_called():
    def never(params):
        raise AssertionError("the loss was called")

    params = {"Wh": np.ones((2, 2)), "bh": np.ones(2)}
    misnamed = check_gradients(never, params, {"Wh": np.ones((2, 2)), "b": np.ones(2)})
    assert misnamed["bh"].diagnosis == "`grads` has no entry 'bh'; did you mean 'b'?"
    assert misnamed["Wh"].verdict == "BROKEN" and "Not measured" in misnamed["Wh"].diagnosis
    missing = check_gradients(never, params, lambda p: {"Wh": np.ones((2, 2))})
    assert "has no entry 'bh'" in missing["bh"].diagnosis and not missing
    extra = check_gradients(never, params, {**params, "Whh": np.ones(1)})
    assert extra["Whh"].diagnosis == "`grads` has an entry 'Whh', but no parameter is called that; did you mean 'Wh'?"
    assert check_gradients(square, W, RIGHT)


def test_a_wrong_number_of_gradients_and_a_forgotten_cache_are_sentences():
    few = check_backward(network.forward, lambda dh, c: network.backward(dh, c)[:4], INPUTS)
    assert few["b"].diagnosis == ("`<lambda>` returned 4 gradients, but forward has 5 inputs: x, h0, Wx, Wh, b.")
    forgot = check_backward(lambda x: x, lambda d, c: d, {"x": H0})
    assert "must return its output and the cache" in forgot["x"].diagnosis
    first = check_backward(lambda x: ({"x": x}, x), lambda d, c: d, {"x": H0})
    assert "arrays of numbers first and the cache last" in first["x"].diagnosis
    ragged = check_backward(lambda x: (x, None), lambda d, c: ([[1.0], [1.0, 2.0]],), {"x": H0})
    assert "different lengths" in ragged["x"].diagnosis
    generator = check_backward(lambda x: (x, (i for i in range(3))), lambda d, c: d, {"x": H0})
    assert "Cannot copy what `<lambda>` returned" in generator["x"].diagnosis


def test_stubs_and_crashes_are_rows_not_exceptions():
    def rnn_step_backward(dnext_h, cache):
        raise NotImplementedError

    stub = check_backward(network.step_forward, rnn_step_backward, {**INPUTS, "x": X[:, 0]})
    assert stub.headline == "rnn_step_backward is not started yet." and not stub
    assert stub.waiting and repr(stub) == stub.headline

    def claims(params):
        raise ValueError("the rest is not started yet.")

    broken = check_gradients(claims, W, RIGHT)
    assert broken.headline.endswith("not started yet.") and not broken.waiting and repr(broken) != broken.headline

    def crashes(params):
        return params["w"] @ np.ones(7)

    crash = check_gradients(crashes, W, RIGHT)
    assert "crashes stopped with ValueError" in crash["w"].diagnosis and not crash.waiting
    array = check_gradients(lambda p: p["w"] ** 2, W, RIGHT)
    assert "must return one real number" in array["w"].diagnosis
    tuple_ = check_gradients(square, W, lambda p: (1.0, RIGHT))
    assert "must return a dict; it returned tuple" in tuple_["w"].diagnosis


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: check_gradients(square, W["w"], RIGHT), "`params` must be a dict .* dtype float64"),
        (lambda: check_gradients(square, {0: W["w"]}, {}), "names in `params` must be strings; 0 is not one"),
        (lambda: check_gradients(square, {}, {}), "`params` must be a dict .* it is empty"),
        (lambda: check_gradients(square, {"w": "a"}, RIGHT), r"`params\['w'\]` must be an array of numbers"),
        (lambda: check_gradients(3.0, W, RIGHT), "`loss` must be a function"),
        (lambda: check_gradients(square, W, 3.0), "`grads` must be a dict"),
        (lambda: check_backward(None, square, INPUTS), "needs two functions"),
        (lambda: check_backward(square, square, [X]), "`inputs` must be a dict .* type list"),
    ],
)
def test_a_wrong_call_raises_a_sentence(call, message):
    with pytest.raises(GradientError, match=message):
        call()
