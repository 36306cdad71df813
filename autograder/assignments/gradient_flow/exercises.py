"""04-gradient-flow: what becomes of a gradient on its way back through time."""

from autograder.course.draws import recurrent_weights, states
from autograder.course.exercise import Exercise, Mistake
from utils.fixtures import Rng

ASSIGNMENT = "04-gradient-flow"


def one_step(rng, s):
    """Draw the state after a step, and weights."""
    return {"next_h": states(rng, s.N, s.H), "Wh": recurrent_weights(rng, s.H)}


def many_steps(rng, s):
    """Draw the states of a sequence, and weights; at least two products, so that their order matters."""
    steps = s.T + 1 if s.T > 1 else 1
    h = rng.uniform(-0.9, 0.9, (s.N, steps, s.H))
    return {"h": h, "Wh": recurrent_weights(rng, s.H)}


def message(rng, s):
    """Draw a gradient at the last state, the states, and weights."""
    return {"dh_T": rng.standard_normal((s.N, s.H)), **many_steps(rng, s)}


def matrix_and_size(rng, s):
    """Draw weights and the norm they should get; their spectral radius is not 1, so that dividing by it shows."""
    return {"Wh": rng.uniform(1.5, 3.0) * recurrent_weights(rng, s.H), "sigma_max": rng.uniform(0.5, 2.5)}


def whole_run(rng, s):
    """Draw a gradient at the last state, the first state, the states, and weights."""
    dh_T, h, Wh = message(rng, s).values()
    return {"dh_T": dh_T, "h0": states(rng, s.N, s.H), "h": h, "Wh": Wh}


def power_and_slopes(rng, s):
    """Draw a Gaussian matrix with ρ = 0.9, a power, points z and a steepness."""
    return {
        "W": 0.9 * recurrent_weights(rng, s.H),
        "t": int(rng.integers(3, 7)),
        "z": rng.uniform(-0.5, 0.5, s.M),
        "k": rng.uniform(1.5, 3.0),
    }


def of_size(H):
    """Return the drawing that asks for H units."""
    return lambda rng, s: {"H": H}


def by_chance(H, seed=None):
    """Return the drawing that asks for H units and hands over a generator, with `seed` if it is given."""
    return lambda rng, s: {"H": H, "rng": Rng(int(rng.integers(2**31)) if seed is None else seed)}


STEP_JACOBIAN = Exercise(
    "step_jacobian",
    inputs=one_step,
    outputs={"jacobian": "N H H"},
    patterns={
        "all": "Take H = 1 first: is it (1 − next_h²) times Wh? Then H = 2: row i belongs to the unit that answers, "
        "column j to the unit that was nudged."
    },
    mistakes=(
        Mistake(
            "transposed",
            edit=("* Wh.T", "* Wh"),
            hints=(
                "These are the numbers with Wh where W_hh belongs: the weights are transposed.",
                "The step computes prev_h @ Wh. Which entry of Wh carries unit j to unit i?",
                "Let next_h = 0, Wh = [[0, 1], [0, 0]]: the first unit speaks to the second, so jacobian is "
                "[[0, 0], [1, 0]].",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("(1 - next_h[:, :, None] ** 2) * Wh.T", "0 * next_h[:, :, None] + Wh.T"),
            hints=(
                "These are the numbers of W_hh alone: the slope of tanh is missing.",
                "Can a saturated unit still be moved? What does your Jacobian say of it?",
                "At next_h = 0.5 the slope is 0.75. With one unit and Wh = 2 the Jacobian is 1.5, not 2.",
            ),
        ),
        Mistake(
            "slope-on-columns",
            edit=("next_h[:, :, None]", "next_h[:, None, :]"),
            hints=(
                "These are the numbers of W_hh diag(1 − h²): the slopes multiply the columns.",
                "Whose tanh stands between the nudge and the answer: that of the nudged unit, or of the answering one?",
                "Let next_h = [0, 1]: the second unit is saturated, so the second row is 0. In yours it is the "
                "second column.",
            ),
        ),
        Mistake(
            "tanh-of-tanh",
            edit=("(1 - next_h[:, :, None] ** 2)", "(1 - np.tanh(next_h[:, :, None]) ** 2)"),
            hints=(
                "These are the numbers of a slope taken at tanh(next_h): tanh was applied once more.",
                "next_h is already tanh(a). Can you write tanh'(a) with next_h alone?",
                "At next_h = 0.5 the slope is 1 − 0.25 = 0.75. Yours is 0.7864.",
            ),
        ),
        Mistake(
            "square-missing",
            edit=("next_h[:, :, None] ** 2", "next_h[:, :, None]"),
            hints=(
                "These are the numbers of 1 − h where 1 − h² is meant.",
                "May the slope of tanh exceed 1? Try a negative state.",
                "At next_h = −0.5 the slope is 0.75. Yours is 1.5.",
            ),
        ),
    ),
)

JACOBIAN_PRODUCT = Exercise(
    "jacobian_product",
    inputs=many_steps,
    outputs={"product": "N T H H"},
    patterns={
        "all": "Is step_jacobian right? Then take T = 2: at step t = 2, `product[:, 1]` is the identity; "
        "at step t = 1, `product[:, 0]` is the Jacobian of the last step, made from h_2, `h[:, 1]`. "
        "At T = 3, on which side does the next factor stand?"
    },
    mistakes=(
        Mistake(
            "reverse-order",
            edit=("product[:, t] @ step_jacobian(h[:, t], Wh)", "step_jacobian(h[:, t], Wh) @ product[:, t]"),
            hints=(
                "These are the right factors in reverse order: the earliest step stands on the left.",
                "A nudge of h_1 meets the Jacobian of step 2 first. Where must the factor stand that it meets first?",
                "Let the last step's Jacobian be [[0, 1], [0, 0]] and the one before [[0, 0], [0, 1]]. Latest on the "
                "left gives [[0, 1], [0, 0]], the other order gives zeros.",
            ),
        ),
        Mistake(
            "transposed",
            edit=("@ step_jacobian(h[:, t], Wh)", "@ step_jacobian(h[:, t], Wh).swapaxes(1, 2)"),
            hints=(
                "These are the numbers of a product of transposed Jacobians.",
                "Which axis of a Jacobian answers, and which was nudged? In A @ B, which axis of A meets which of B?",
                "If every state is 0 and T = 2, step t = 1, `product[:, 0]`, is W_hh, that is Wh.T. Yours is Wh.",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("step_jacobian(h[:, t], Wh)", "step_jacobian(h[:, t - 1], Wh)"),
            hints=(
                "These are the numbers with each slope taken one step too early.",
                "The Jacobian of step s holds the slope at h_s. Which state does the step from h_1 to h_2 end in?",
                "At T = 2 the only factor is made from h_2, `h[:, 1]`, and changing h_1, `h[:, 0]`, changes nothing. "
                "Yours is made from h_1.",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("step_jacobian(h[:, t], Wh)", "np.broadcast_to(Wh.T, (N, H, H))"),
            hints=(
                "These are the powers of W_hh: the slopes of tanh are missing.",
                "Does your product change when h does?",
                "One unit, Wh = 2, h = [0, 0.5]: at step t = 1, `product[:, 0]` is 0.75 · 2 = 1.5. Yours is 2.",
            ),
        ),
        Mistake(
            "last-not-identity",
            edit=("product[:, -1] = np.eye(H)", "product[:, -1] = step_jacobian(h[:, -1], Wh)"),
            hints=(
                "These are products with one factor too many: the last entry holds a Jacobian.",
                "How does h_T answer when h_T itself is nudged?",
                "At T = 1 there is no step in between: the product is the identity.",
            ),
        ),
        Mistake(
            "entry-by-entry",
            edit=(
                "product[:, t - 1] = product[:, t] @ step_jacobian(h[:, t], Wh)",
                "factor = step_jacobian(h[:, t], Wh)\n"
                "        product[:, t - 1] = factor if t == T - 1 else product[:, t] * factor",
            ),
            hints=(
                "These are products entry by entry: * where matrices are meant to act one after another.",
                "Along how many paths does unit j reach unit i in two steps?",
                "[[1, 1], [1, 1]] twice is [[2, 2], [2, 2]]: two paths each. Entry by entry it stays [[1, 1], [1, 1]].",
            ),
        ),
    ),
)

GRADIENT_NORMS = Exercise(
    "gradient_norms",
    inputs=message,
    outputs={"norms": "N T"},
    patterns={
        "all": "`norms[:, -1]` is the length of dh_T. To go back one step: first the slopes of the state that the step "
        "ended in, then the weights. Is each length taken per sequence?"
    },
    mistakes=(
        Mistake(
            "transposed",
            edit=("@ Wh.T", "@ Wh"),
            hints=(
                "These are the numbers of a message that goes back through the wrong side of Wh.",
                "Forwards, a row of states is multiplied by Wh from the right. What undoes the direction?",
                "Wh = [[0, 1], [0, 0]], states 0, dh_T = [0, 1]: the first unit feeds the second, so the message "
                "becomes [1, 0], of length 1. In yours it becomes [0, 0].",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("(dh * (1 - h[:, t] ** 2)) @ Wh.T", "dh @ Wh.T"),
            hints=(
                "These are the numbers of the powers of W: the slopes of tanh are missing.",
                "What becomes of a message at a unit that is saturated?",
                "One unit, Wh = 2, h = [0, 0.5], dh_T = 1: the norms are [1.5, 1]. Yours are [2, 1].",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("1 - h[:, t] ** 2", "1 - h[:, t - 1] ** 2"),
            hints=(
                "These are the numbers with each slope taken one step too early.",
                "From h_T back to h_{T−1}: whose tanh does the message pass first?",
                "One unit, Wh = 2, h = [0, 0.5], dh_T = 1: the norms are [1.5, 1]. Yours are [2, 1].",
            ),
        ),
        Mistake(
            "slope-after-weights",
            edit=("(dh * (1 - h[:, t] ** 2)) @ Wh.T", "(dh @ Wh.T) * (1 - h[:, t] ** 2)"),
            hints=(
                "These are the numbers with weights first and slopes second.",
                "Forwards it is weights, then tanh. Backwards the message meets the last thing first.",
                "Wh = [[0, 1], [0, 0]], h_T = [1, 0], dh_T = [0, 1]: the second unit is open, and the message [1, 0] "
                "arrives. In yours the first unit's slope, which is 0, stops it.",
            ),
        ),
        Mistake(
            "squared",
            edit=("norms[:, t - 1] = np.linalg.norm(dh, axis=1)", "norms[:, t - 1] = np.sum(dh**2, axis=1)"),
            hints=(
                "These are the squares of the lengths, except at the last step.",
                "What is the length of the vector (3, 4)?",
                "(3, 4) has length 5. Yours is 25.",
            ),
        ),
        Mistake(
            "one-step-too-far",
            whole="""def gradient_norms(dh_T, h, Wh):
    norms, dh = np.empty(h.shape[:2]), dh_T
    for t in reversed(range(h.shape[1])):
        dh = (dh * (1 - h[:, t] ** 2)) @ Wh.T
        norms[:, t] = np.linalg.norm(dh, axis=1)
    return norms
""",
            hints=(
                "These are the lengths one step further back: the last, `norms[:, -1]`, has passed a step already.",
                "How long is the message before it has gone anywhere?",
                "At T = 1 the only entry is the length of dh_T: for dh_T = (3, 4) it is 5, whatever Wh is.",
            ),
        ),
        Mistake(
            "all-sequences-together",
            whole="""def gradient_norms(dh_T, h, Wh):
    norms, dh = np.empty(h.shape[:2]), dh_T
    norms[:, -1] = np.linalg.norm(dh)
    for t in range(h.shape[1] - 1, 0, -1):
        dh = (dh * (1 - h[:, t] ** 2)) @ Wh.T
        norms[:, t - 1] = np.linalg.norm(dh)
    return norms
""",
            hints=(
                "These are lengths over all sequences together: every row of norms is the same.",
                "Does the gradient of one sequence know of the others?",
                "Two sequences with dh_T = (3, 4) and (0, 0): `norms[:, -1]` is [5, 0]. Yours is [5, 5].",
            ),
        ),
        Mistake(
            "forwards-in-time",
            edit=("dh = (dh * (1 - h[:, t] ** 2))", "dh = (dh * (1 - h[:, -t] ** 2))"),
            hints=(
                "These are the numbers of a message that meets the states in the wrong order of time.",
                "Which state's slope does the message meet first on its way back from the last step?",
                "For T = 3 it meets h_3, `h[:, 2]`, then h_2, `h[:, 1]`. Yours meets h_2 first.",
            ),
        ),
    ),
)

RESCALE = Exercise(
    "rescale",
    inputs=matrix_and_size,
    outputs={"rescaled": "H H"},
    patterns={"all": "Divide by what the norm is, multiply by what it should be. Which norm?"},
    mistakes=(
        Mistake(
            "frobenius-for-spectral",
            edit=("np.linalg.norm(Wh, 2)", "np.linalg.norm(Wh)"),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one.",
                "How much does the identity stretch a vector? What does the norm you use say?",
                "The 2 × 2 identity has spectral norm 1. Its Frobenius norm is 1.4142.",
            ),
        ),
        Mistake(
            "by-spectral-radius",
            edit=("np.linalg.norm(Wh, 2)", "np.abs(np.linalg.eigvals(Wh)).max()"),
            hints=(
                "These are the numbers with the largest eigenvalue in the place of the largest singular value.",
                "For which matrices are the two equal?",
                "[[0, 2], [0, 0]] has both eigenvalues 0, and yet stretches (0, 1) to length 2.",
            ),
        ),
        Mistake(
            "only-multiplied",
            edit=("sigma_max / np.linalg.norm(Wh, 2)", "sigma_max"),
            hints=(
                "These are the numbers of Wh times sigma_max: the norm that Wh had is still in there.",
                "If Wh already has the norm sigma_max, what should come back?",
                "Wh = [[2]] and sigma_max = 3 give [[3]]. Yours is [[6]].",
            ),
        ),
        Mistake(
            "by-largest-entry",
            edit=("np.linalg.norm(Wh, 2)", "np.abs(Wh).max()"),
            hints=(
                "These are the numbers with the largest entry in the place of the largest singular value.",
                "Can a matrix stretch by more than its largest entry?",
                "[[1, 1], [1, 1]] stretches (1, 1) by 2.",
            ),
        ),
        Mistake(
            "mutates",
            edit=(
                "rescaled = Wh * (sigma_max / np.linalg.norm(Wh, 2))",
                "rescaled = Wh\n    rescaled *= sigma_max / np.linalg.norm(Wh, 2)",
            ),
            side_effect="mutates",
            hints=(
                "You scale your caller's Wh in place: whoever calls you twice gets another experiment.",
                "Does `*=` make a new array?",
                "After rescale(Wh, 2.0) the caller's Wh has norm 2 as well.",
            ),
        ),
    ),
)

NORM_BOUND = Exercise(
    "norm_bound",
    inputs=many_steps,
    outputs={"bound": "N T"},
    patterns={
        "all": "`bound[:, -1]` is 1. One step earlier there is one factor: the largest slope at h_T, times σ_max. "
        "Which state's slopes come next?"
    },
    mistakes=(
        Mistake(
            "frobenius-for-spectral",
            edit=("np.linalg.norm(Wh, 2)", "np.linalg.norm(Wh)"),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one: a bound, but a loose "
                "one.",
                "How much does the identity stretch a vector?",
                "For the 2 × 2 identity each factor is too large by 1.4142; after 60 steps that is 1e9.",
            ),
        ),
        Mistake(
            "mean-slope",
            edit=("np.max(1 - h**2, axis=2)", "np.mean(1 - h**2, axis=2)"),
            hints=(
                "These are the numbers with the mean slope: that is no bound.",
                "Could all of the message sit in the one unit that is open?",
                "Slopes 1 and 0: diag(1, 0) has norm 1. The mean is 0.5.",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("np.max(1 - h**2, axis=2) *", "np.ones(h.shape[:2]) *"),
            hints=(
                "These are powers of σ_max: true as a bound, but the slopes are left out.",
                "Does your bound know whether the units are saturated?",
                "One unit, Wh = 2, h = [0, 0.5]: the bound is [1.5, 1]. Yours is [2, 1].",
            ),
        ),
        Mistake(
            "one-state-early",
            edit=("factors[:, t]", "factors[:, t - 1]"),
            hints=(
                "These are the numbers with each slope taken one step too early.",
                "Between h_{T−1} and h_T lies one step. Which state does it end in?",
                "One unit, Wh = 2, h = [0, 0.5]: the bound is [1.5, 1]. Yours is [2, 1].",
            ),
        ),
        Mistake(
            "own-slopes-too",
            edit=("bound[:, t] * factors[:, t]", "np.prod(factors[:, t - 1 :], axis=1)"),
            hints=(
                "These are bounds with one factor too many at each step but the last: the slopes at h_t itself are in.",
                "The product begins at s = t + 1. Which entry of h is that state?",
                "One unit, Wh = 2, h = [0.5, 0]: between h_1 and h_2 lies one factor, 1 · 2 = 2. Yours is 1.5 · 2 = 3.",
            ),
        ),
        Mistake(
            "norm-once",
            edit=(
                "factors = np.max(1 - h**2, axis=2) * np.linalg.norm(Wh, 2)\n",
                "factors = np.max(1 - h**2, axis=2)\n    factors[:, -1] *= np.linalg.norm(Wh, 2)\n",
            ),
            hints=(
                "σ_max stands in your bound once, however many steps there are.",
                "How often does W act between h_1 and h_T? In the inequality, what does the product sign reach over?",
                "One unit, Wh = 2, h = [0, 0, 0]: the bound is [4, 2, 1]. Yours is [2, 2, 1].",
            ),
        ),
        Mistake(
            "one-factor-too-many",
            edit=("bound = np.ones_like(factors)", "bound = factors.copy()"),
            hints=(
                "These are bounds with one factor too many: the last entry is not 1.",
                "How many steps lie between h_T and h_T?",
                "At T = 1 the bound is 1, whatever Wh is.",
            ),
        ),
    ),
)

ORTHOGONAL = Exercise(
    "orthogonal",
    inputs=(by_chance(5), by_chance(5), by_chance(2), by_chance(12, seed=2007), by_chance(12, seed=2007)),
    outputs={"Q": "H H"},
    properties="gradient_flow.orthogonality",
    mistakes=(
        Mistake(
            "unit-columns-only",
            edit=(
                "Q, R = np.linalg.qr(rng.standard_normal((H, H)))\n    Q = Q * np.sign(np.diag(R))",
                "Q = rng.standard_normal((H, H))\n    Q = Q / np.linalg.norm(Q, axis=0)",
            ),
            hints=(
                "Every column has length 1, but the columns are not at right angles.",
                "What are the entries of QᵀQ, on the diagonal and beside it?",
                "(1, 0) and (0.6, 0.8) both have length 1; their inner product is 0.6, where 0 is meant.",
            ),
        ),
        Mistake(
            "another-length",
            edit=("np.sign(np.diag(R))", "np.sign(np.diag(R)) / np.sqrt(H)"),
            hints=(
                "The columns are at right angles, but their length is not 1.",
                "By how much does your matrix stretch a vector, and what becomes of that after 60 steps?",
                "[[0, 2], [−2, 0]] turns and doubles; after 60 steps the length is 1e18.",
            ),
        ),
        Mistake(
            "not-orthogonal",
            edit=("Q = Q * np.sign(np.diag(R))", "Q = rng.standard_normal((H, H)) / np.sqrt(H)"),
            hints=(
                "This is a matrix of random numbers, but not an orthogonal one.",
                "What must QᵀQ be?",
                "Numbers of variance 1/H give columns of length *about* 1, and at H = 24 a σ_max of about 2.",
            ),
        ),
        Mistake(
            "rng-ignored",
            edit=("rng.standard_normal((H, H))", "np.random.default_rng(0).standard_normal((H, H))"),
            hints=(
                "The matrix is orthogonal, but always the same one: it does not depend on rng.",
                "Where does your chance come from?",
                "default_rng(1) and default_rng(2) should give two different matrices. The identity, for one, never "
                "changes.",
            ),
        ),
        Mistake(
            "chance-of-its-own",
            edit=("rng.standard_normal((H, H))", "np.random.default_rng().standard_normal((H, H))"),
            hints=(
                "The matrix is orthogonal, but nobody can repeat it: its chance does not come from rng.",
                "If somebody runs your experiment with your seed, do they get your figure?",
                "orthogonal(3, default_rng(1)), called twice, should give the same matrix.",
            ),
        ),
    ),
)

COUNTEREXAMPLE_VANISH = Exercise(
    "counterexample_vanish",
    inputs=(of_size(2), of_size(5), of_size(12)),
    outputs={"W": "H H"},
    properties="gradient_flow.vanishing",
    mistakes=(
        Mistake(
            "never-stretches",
            edit=("W[0, 1] = 1.5", "W[0, 1] = 0.0"),
            hints=(
                "This W vanishes because it never stretches anything: its largest singular value is too small.",
                "Which entry could send much from one unit to another, without coming back?",
                "[[0.5, 1], [0, 0.5]] has σ_max = 1.2071; a larger entry at the corner raises it.",
            ),
        ),
        Mistake(
            "cheap-zeros",
            edit=("0.5 * np.eye(H)", "np.zeros((H, H))"),
            hints=(
                "This W vanishes because a direction is lost at once: its smallest singular value is too small.",
                "Can a matrix with determinant 0 have no singular value near 0?",
                "For H = 2 the product of both singular values is |det W|: [[0, 1.5], [0, 0]] has 1.5 and 0. A "
                "determinant of 0.09 and σ_max = 1.65 leave 0.055, one of 0.25 leaves 0.15.",
            ),
        ),
        Mistake(
            "does-not-vanish",
            edit=("0.5 * np.eye(H)", "0.9 * np.eye(H)"),
            hints=(
                "This W stretches enough, but its powers do not vanish in 60 steps.",
                "In the long run the eigenvalues decide. How small must they be for the 60th power?",
                "0.9^60 = 0.0018, and 0.5^60 = 8.7e-19: there is room for whatever happens on the way.",
            ),
        ),
    ),
)

COUNTEREXAMPLE_TRANSIENT = Exercise(
    "counterexample_transient",
    inputs=(of_size(2), of_size(5), of_size(12)),
    outputs={"W": "H H"},
    properties="gradient_flow.transient",
    mistakes=(
        Mistake(
            "never-grows",
            edit=("W[0, 1] = 2.7", "W[0, 1] = 0.5"),
            hints=(
                "This W decays, but its powers never reach 10 on the way.",
                "What if each step adds a little of one unit to another, while both decay slowly?",
                "The corner of [[a, c], [0, a]]^t is t·c·a^(t−1). With a = 0.9, c = 1 its largest value is 3.87.",
            ),
        ),
        Mistake(
            "radius-too-large",
            edit=("0.9 * np.eye(H)", "1.0 * np.eye(H)"),
            hints=(
                "This W grows, but it need not come back: its spectral radius is too large.",
                "What are the eigenvalues of a triangular matrix?",
                "[[1, 2.7], [0, 1]]^t has the corner 2.7·t: it grows for ever. Its eigenvalues are both 1.",
            ),
        ),
        Mistake(
            "large-at-once",
            edit=("W[0, 1] = 2.7", "W[0, 1] = 12.0"),
            hints=(
                "This W is large at once: its own norm is above 4, so nothing had to grow.",
                "Growth from step to step is asked for. Can each step do its share?",
                "With the corner 2.7 and the diagonal 0.9 the corner of W^2 is 2 · 2.7 · 0.9 = 4.86, of W^5 8.86.",
            ),
        ),
    ),
)

REPAIR_PRODUCTS = Exercise(
    "repair_products",
    inputs=whole_run,
    outputs={"formula": "choice", "error": "N", "paths": "choice", "share": ""},
    patterns={
        "formula": "Write the chain rule for T = 3 and two units: which matrices stand between which, and how many "
        "W_hh are there? Formula 2 holds (T − 1)² of them.",
        "all": "Is jacobian_product right? Both numbers rest on it. Take T = 2, and do them by hand.",
        "paths": "W_hh acts at every step. If you change it, at how many places does the loss notice?",
        "error": "The notes have all slopes first, as one diagonal matrix, then W_hh to the power T − 1. Is your norm "
        "spectral, and is it divided by the norm of the right product?",
        "share": "The contribution of step 1 is an (H, H) matrix made from h0 and δ_1. Divide its norm by that of the "
        "sum over all steps.",
        "error,share": "Take one at a time, with T = 2 by hand. Both are quotients of spectral norms: of how many "
        "steps are the slopes in the notes' product, and which state did W_hh multiply at step 1?",
        "formula,paths": "Both numbers are right, so the measurements have spoken: what do they say of the notes?",
    },
    mistakes=(
        Mistake(
            "believes-the-notes",
            edit=("formula, paths = 3, 4", "formula, paths = 1, 1"),
            hints=(
                "Your choices are the notes': the numbers speak against them.",
                "If the notes were right, what would error and share be?",
                "Were formula 1 right, error would be 0 for every sequence; were path 1 right, share would be 1.",
            ),
        ),
        Mistake(
            "absolute-error",
            edit=(" / np.linalg.norm(right, 2, axis=(1, 2))", ""),
            hints=(
                "These are the numbers of the error itself: it is not relative to the right product.",
                "The right product may be 1e-7. Is an error of 1e-6 then small?",
                "If the right one has norm 0.5 and the difference norm 0.7, the relative error is 1.4.",
            ),
        ),
        Mistake(
            "frobenius-for-spectral",
            edit=(
                "np.linalg.norm(notes - right, 2, axis=(1, 2)) / np.linalg.norm(right, 2, axis=(1, 2))",
                "np.linalg.norm(notes - right, axis=(1, 2)) / np.linalg.norm(right, axis=(1, 2))",
            ),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one, in error.",
                "What does np.linalg.norm do with matrices when nobody says which norm?",
                "diag(1, 1) has spectral norm 1 and Frobenius norm 1.4142.",
            ),
        ),
        Mistake(
            "frobenius-in-share",
            edit=(
                "np.linalg.norm(terms[0], 2) / np.linalg.norm(terms.sum(axis=0), 2)",
                "np.linalg.norm(terms[0]) / np.linalg.norm(terms.sum(axis=0))",
            ),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one, in share.",
                "What does np.linalg.norm do with a matrix when nobody says which norm?",
                "diag(1, 1) has spectral norm 1 and Frobenius norm 1.4142.",
            ),
        ),
        Mistake(
            "slope-of-h1-too",
            edit=("np.prod(1 - h[:, 1:] ** 2, axis=1)", "np.prod(1 - h**2, axis=1)"),
            hints=(
                "These are the numbers with the slope at h_1 among those of the notes: their product begins at t = 2.",
                "Nudge h_1: whose tanh does the nudge meet first?",
                "For one unit the notes are right, and error is 0. With h_1 = 0.5 yours is 0.25.",
            ),
        ),
        Mistake(
            "one-weight-too-many",
            edit=("np.linalg.matrix_power(Wh.T, T - 1)", "np.linalg.matrix_power(Wh.T, T)"),
            hints=(
                "These are the numbers with one W_hh too many in the notes' formula.",
                "From h_1 to h_T: how many steps?",
                "For T = 1 there is no step at all, and both formulas give the identity: error is 0.",
            ),
        ),
        Mistake(
            "transposed",
            edit=("np.linalg.matrix_power(Wh.T, T - 1)", "np.linalg.matrix_power(Wh, T - 1)"),
            hints=(
                "These are the numbers with Wh where the notes mean W_hh: the weights are transposed.",
                "Which of the two is W_hh in code?",
                "With all states 0 both formulas are W_hh^(T−1), and error is 0. Yours is not.",
            ),
        ),
        Mistake(
            "slope-missing",
            edit=("products) * (1 - h**2)", "products)"),
            hints=(
                "These are the numbers with the slopes left out of δ.",
                "W_hh acts before the tanh. What lies between ∂L/∂h_t and W_hh?",
                "With h_t = 0.5 and a gradient of 1 at h_t, δ_t is 0.75.",
            ),
        ),
        Mistake(
            "states-one-step-late",
            edit=("np.concatenate([h0[:, None], h[:, :-1]], axis=1)", "h"),
            hints=(
                "These are the numbers with h_t where h_{t−1} is meant, in share.",
                "Which state did W_hh multiply at step t?",
                "With h0 = 0 step 1 contributes nothing, and share is 0: the notes' path carries nothing at all.",
            ),
        ),
    ),
)

REPAIR_GROWTH = Exercise(
    "repair_growth",
    inputs=power_and_slopes,
    outputs={"growth": "choice", "size": "", "slope": "choice", "steepest": ""},
    patterns={
        "growth": "If σ_max ≤ 1, can W^t grow? And does your counterexample_vanish grow?",
        "slope": "tanh(kz) lies between −1 and 1, too, and its slope at 0 is k. Which reason survives that?",
        "size": "First the power of the matrix, then the largest singular value of that.",
        "steepest": "By the chain rule a factor k comes out of tanh(kz). Take the largest over all z.",
        "size,steepest": "Take one at a time: W^2 is W @ W, and the derivative of tanh(2z) at z = 0 is 2.",
        "growth,slope": "Both numbers are right: let them choose.",
    },
    mistakes=(
        Mistake(
            "believes-the-notes",
            edit=("growth, slope = 2, 3", "growth, slope = 1, 1"),
            hints=(
                "Your choices are the notes'.",
                "You have built a matrix with σ_max ≥ 1.5. Does it grow? And how steep is tanh(kz)?",
                "tanh(2z) lies in (−1, 1) and has slope 2 at 0: lying in (−1, 1) limits no slope.",
            ),
        ),
        Mistake(
            "entry-by-entry",
            edit=("np.linalg.matrix_power(W, t)", "W**t"),
            hints=(
                "These are the numbers with each entry of W raised to the power t.",
                "Is W ** 2 the same as W @ W?",
                "[[1, 1], [1, 1]] @ itself is [[2, 2], [2, 2]]; ** 2 leaves it as it is.",
            ),
        ),
        Mistake(
            "frobenius-for-spectral",
            edit=("matrix_power(W, t), 2)", "matrix_power(W, t))"),
            hints=(
                "These are the numbers with the Frobenius norm in the place of the spectral one.",
                "What does np.linalg.norm do with a matrix when nobody says which norm?",
                "diag(1, 1) has spectral norm 1 and Frobenius norm 1.4142.",
            ),
        ),
        Mistake(
            "power-of-the-norm",
            edit=("np.linalg.norm(np.linalg.matrix_power(W, t), 2)", "np.linalg.norm(W, 2) ** t"),
            hints=(
                "This is σ_max to the power t: the bound, not the norm of W^t.",
                "When are the two equal? You have just built a case where they are far apart.",
                "W = [[0, 2], [0, 0]]: ‖W‖² = 4, and W² = 0.",
            ),
        ),
        Mistake(
            "power-of-the-radius",
            edit=(
                "np.linalg.norm(np.linalg.matrix_power(W, t), 2)",
                "np.abs(np.linalg.eigvals(W)).max() ** t",
            ),
            hints=(
                "This is ρ to the power t: what W^t does in the long run, not its norm now.",
                "Which of your constructions has ρ < 1 and grows at first?",
                "W = [[0, 2], [0, 0]] has ρ = 0, and W^1 has norm 2.",
            ),
        ),
        Mistake(
            "steepness-forgotten",
            edit=("k * (1 - np.tanh(k * z) ** 2)", "1 - np.tanh(k * z) ** 2"),
            hints=(
                "These are the slopes of tanh at kz: the inner derivative is missing.",
                "What is the derivative of f(kz) with respect to z?",
                "At z = 0 the slope of tanh(2z) is 2. Yours is 1.",
            ),
        ),
    ),
)

EXERCISES = (
    STEP_JACOBIAN,
    JACOBIAN_PRODUCT,
    GRADIENT_NORMS,
    RESCALE,
    NORM_BOUND,
    ORTHOGONAL,
    COUNTEREXAMPLE_VANISH,
    COUNTEREXAMPLE_TRANSIENT,
    REPAIR_PRODUCTS,
    REPAIR_GROWTH,
)
