"""The checks handle NaN, float32, integers, odd entries, stubs and wrong calls, each with a verdict or a sentence."""

import gradients_network as network
import numpy as np
import pytest
from test_gradients_conduct import H0, INPUTS, RIGHT, W, X, square, verdicts

from utils.gradients import GradientError, check_backward, check_gradients

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
