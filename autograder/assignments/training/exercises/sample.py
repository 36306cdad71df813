"""`sample`: a network that writes."""

from autograder.assignments.training.writing import writing
from autograder.course.exercise import Draw, Exercise, Mistake, WorkedExample


def _asked(n: int) -> tuple[Draw, ...]:
    """Return the drawings of what `sample` is asked; where the temperature decides, n ids are written."""
    return (
        writing(n, 1.0),
        writing(n, 1.0, marked=False),
        writing(n, 2.0),
        writing(n, 0.6),
        writing(100, 1e-3),
        writing(100, 0),
        # One network asked three times: the same seed must give the same ids, another seed others.
        writing(60, 1.0, seed=1),
        writing(60, 1.0, seed=1),
        writing(60, 1.0, seed=2),
    )


SAMPLE = Exercise(
    "sample",
    why="Reading the prime only makes the state; from there on each id is drawn and fed back, since what comes next "
    "depends on what was written. Dividing the scores by the temperature flattens or sharpens the probabilities. At "
    "0 one cannot divide: the limit is the likeliest id.",
    # The grade asks for more ids than `check`: few ids do not show a temperature that is a tenth off.
    inputs=_asked(3100),
    shown=_asked(1000),
    special_inputs={"temperature 4": writing(1000, 4.0)},
    outputs={"ids": "n"},
    properties="sampling.judge_sample",
    question="Follow your network for two ids: what has it read before each of them, and from which probabilities "
    "is each drawn?",
    worked_example=WorkedExample(
        "The scores are 1 and 0, the temperature is 0.5. Divided by it they are 2 and 0; less the largest of them, 0 "
        "and −2. e^0 is 1 and e^(−2) is 0.1353, together 1.1353, so the probabilities are 0.8808 and 0.1192. Of 100 "
        "draws about 88 are id 0. If id 1 is drawn, id 1 is what the network reads next. At temperature 0 it is "
        "always id 0.",
        values={
            "0.5": "0.5",
            "0.1353": "np.exp(-2)",
            "1.1353": "1 + np.exp(-2)",
            "0.8808": "1 / (1 + np.exp(-2))",
            "0.1192": "np.exp(-2) / (1 + np.exp(-2))",
        },
    ),
    mistakes=(
        Mistake(
            "temperature-ignored",
            edit=("(scores - scores.max()) / temperature", "scores - scores.max()"),
            hints=(
                "These ids come as often as at temperature 1, whatever the temperature is.",
                "Scores 1 and 0: what are their odds at temperature 1, and at 0.5? What do yours become, once the "
                "probabilities sum to 1 again?",
                "Scores 1 and 0 have the odds e = 2.72 to 1 at temperature 1, and e² = 7.39 to 1 at temperature 0.5. "
                "Yours are 2.72 to 1 at both.",
            ),
        ),
        Mistake(
            "temperature-multiplies",
            edit=("(scores - scores.max()) / temperature", "(scores - scores.max()) * temperature"),
            hints=(
                "These ids are those of a writer who grows careful as the temperature rises, and bold as it falls.",
                "Which should be the bolder writer, temperature 2 or temperature 0.5? Which of the two is it in yours?",
                "Scores 1 and 0 have at temperature 2 the odds e^0.5 = 1.65 to 1. Yours are e² = 7.39 to 1.",
            ),
        ),
        Mistake(
            "always-the-likeliest",
            edit=("if temperature > 0 else", "if temperature < 0 else"),
            hints=(
                "At every step this is the likeliest id, at every temperature.",
                "If an id has the probability 0.3, how often should it come in a hundred draws?",
                "Of two ids with the probabilities 0.6 and 0.4, the second should come about 40 times in 100. Yours "
                "comes 0 times.",
            ),
        ),
        Mistake(
            "state-not-carried",
            edit=("h, _ = rnn_step_forward(one_hot[ids[-1:]], h,", "h, _ = rnn_step_forward(one_hot[ids[-1:]], 0 * h,"),
            hints=(
                "These ids fit a network that knows one id at a time: each step starts from a state of zeros.",
                "After 'q' and after 'zzzzq', can the probabilities of your next letter differ?",
                "One unit, Wh = 1, and each id read adds 1: after two ids the state is tanh(0.7616 + 1) = 0.9427. "
                "Yours is tanh(1) = 0.7616 again.",
            ),
        ),
        Mistake(
            "state-halved",
            edit=('params["Wh"], params["b"]\n', '0.5 * params["Wh"], params["b"]\n'),
            hints=(
                "These ids are written by a network into whose steps only half of the old state goes.",
                "What has the last step handed on? What does the next one get of it?",
                "One unit, Wh = 1, and each id read adds 1: after two ids the state is tanh(0.7616 + 1) = 0.9427. "
                "Yours is tanh(0.3808 + 1) = 0.8811.",
            ),
        ),
        Mistake(
            "state-stands-still",
            edit=(
                "        h, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
                "        now, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
            ),
            hints=(
                "These ids fit a network whose state stands still after the prime: each is drawn from the same "
                "probabilities.",
                "What should make the scores of the second id differ from those of the first? Do yours differ?",
                "One unit, Wh = 1, and each id read adds 1: after a prime of one id the state is 0.7616, and after "
                "the first id written 0.9427. Yours is 0.7616 both times.",
            ),
        ),
        Mistake(
            "starts-from-ones",
            edit=("np.zeros((1, len(", "np.ones((1, len("),
            hints=(
                "These ids fit a network in which every unit stood at 1 before anything was read.",
                "Before its first id, what does the network know, and what should its state say of that?",
                "One unit, Wx = b = 0, Wh = 1: after one id the state is tanh(0) = 0. Yours is tanh(1) = 0.7616.",
            ),
        ),
        Mistake(
            "prime-not-heard",
            edit=("for i in prime:", "for i in prime[-1:]:"),
            hints=(
                "These ids fit a network that has read the last id of the prime, and nothing before it.",
                "For the primes 'th' and 'sh', can the first scores differ? Do yours?",
                "One unit, Wh = 1, and each id read adds 1: after a prime of two ids the state is tanh(0.7616 + 1) = "
                "0.9427. Yours is 0.7616.",
            ),
        ),
        Mistake(
            "not-fed-back",
            edit=("rnn_step_forward(one_hot[ids[-1:]], h,", "rnn_step_forward(one_hot[prime[-1:]], h,"),
            hints=(
                "These ids fit a network that reads the end of the prime again before each id that it writes.",
                "What has the network read last when it writes its second id?",
                "If the prime ends in 3 and the first id written is 5, then 5 is read next. Yours reads 3 again.",
            ),
        ),
        Mistake(
            "scores-squashed",
            edit=('(h @ params["Wy"] + params["by"])[0]', 'np.tanh(h @ params["Wy"] + params["by"])[0]'),
            hints=(
                "These ids are drawn from scores between −1 and 1: the odds of two are at most 7.4 to 1.",
                "A score may be any number. How large is the largest of yours, and how small the smallest?",
                "Scores 3 and 0 have the odds e³ = 20.1 to 1. Squashed to 0.995 and 0 they have the odds 2.7 to 1.",
            ),
        ),
        Mistake(
            "output-bias-forgotten",
            edit=('(h @ params["Wy"] + params["by"])[0]', '(h @ params["Wy"])[0]'),
            hints=(
                "These ids are drawn as if by were 0: what the network prefers whatever it has read does not show.",
                "In a state of zeros all scores come from one of the parameters. Which one?",
                "With h = 0 and by = (1, 0) the odds are 2.72 to 1. In yours they are 1 to 1.",
            ),
        ),
        Mistake(
            "step-bias-forgotten",
            edit=('params["Wh"], params["b"]\n', 'params["Wh"], 0 * params["b"]\n'),
            hints=(
                "These ids are written by a network whose steps have the bias 0.",
                "Three things are added up inside a step. Which of them do not depend on what is read?",
                "With x and h at 0 and b = 0.5, the next state is tanh(0.5) = 0.4621. In yours it is 0.",
            ),
        ),
        Mistake(
            "prime-without-its-last",
            edit=("for i in prime:", "for i in prime[:-1]:"),
            hints=(
                "These ids are written by a network that has not read the last id of the prime.",
                "What is the newest thing that the network should know when it writes its first id?",
                "One unit, Wh = 1, and each id read adds 1: after a prime of two ids the state is tanh(0.7616 + 1) = "
                "0.9427. Yours is 0.7616, as after one.",
            ),
        ),
        Mistake(
            "prime-without-its-first",
            edit=("for i in prime:", "for i in prime[1:]:"),
            hints=(
                "These ids are written by a network that has not read the first id of the prime.",
                "How many steps should the network have made before it writes its first id?",
                "A prime of 3 ids takes 3 steps before the first draw. Yours takes 2.",
            ),
        ),
        Mistake(
            "last-of-the-prime-twice",
            edit=("for i in prime:", "for i in [*prime, prime[-1]]:"),
            hints=(
                "These ids are written by a network that has read the last id of the prime twice.",
                "How many steps should the network have made before it writes its first id?",
                "A prime of 3 ids takes 3 steps before the first draw. Yours takes 4: the last two read the same id.",
            ),
        ),
        Mistake(
            "top-k",
            edit=(
                "        ids.append(rng.choice(len(p), p=p / p.sum()))",
                "        p = p * (p >= np.sort(p)[-3])\n        ids.append(rng.choice(len(p), p=p / p.sum()))",
            ),
            hints=(
                "These ids are drawn among the two or three likeliest of each step: the others never come.",
                "If an id has the probability 0.1, how often should it come in a hundred draws?",
                "Probabilities 0.4, 0.3, 0.2 and 0.1 should give the fourth id 10 times in 100. Yours never does.",
            ),
        ),
        Mistake(
            "nucleus",
            edit=(
                "        ids.append(rng.choice(len(p), p=p / p.sum()))",
                "        order = np.argsort(-p)\n"
                "        share = np.cumsum(p[order]) / p.sum()\n"
                "        p[order[1:][share[:-1] >= 0.8]] = 0\n"
                "        ids.append(rng.choice(len(p), p=p / p.sum()))",
            ),
            hints=(
                "These ids are drawn among the likeliest of each step, which hold a fixed share of the probability: "
                "the others never come.",
                "If an id has the probability 0.1, how often should it come in a hundred draws?",
                "Probabilities 0.5, 0.3, 0.15 and 0.05 should give the fourth id about 5 times in 100. A share of 0.8 "
                "leaves only the first two.",
            ),
        ),
        Mistake(
            "stops-at-id-zero",
            edit=(
                "        h, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
                "        if ids[-1] == 0:\n            break\n        h, _ = rnn_step_forward(one_hot[ids[-1:]], h,",
            ),
            hints=(
                "The ids end where id 0 comes.",
                "Is id 0 an end, or a character like the others? How many ids were asked for?",
                "If the third id drawn is 0, and n = 10, seven more ids follow. In yours none do.",
            ),
        ),
        Mistake(
            "prime-among-ids",
            edit=("np.array(ids, dtype=int)", "np.concatenate([prime, ids]).astype(int)"),
            hints=(
                "There are as many ids here as the prime and n make together.",
                "Which of these ids did the network write, and which was it given to read?",
                "A prime of 3 ids and n = 10 give 10 ids. Yours are 13.",
            ),
        ),
        Mistake(
            "chance-of-its-own",
            edit=("rng.choice(", "np.random.choice("),
            hints=(
                "Something besides the seed decides these ids: with one and the same seed, two calls write two texts.",
                "If somebody writes with your seed, do they get your text?",
                "sample(params, prime, 10, 1.0, np.random.default_rng(1)), called 2 times, gives 1 text of 10 ids. "
                "Yours gives 2 different ones.",
            ),
        ),
        Mistake(
            "rng-ignored",
            edit=("rng.choice(", "(rng := np.random.default_rng(n) if not len(ids) else rng).choice("),
            hints=(
                "The seed decides nothing here: two different seeds write the same text.",
                "Which generator decides your ids, and who chose its seed?",
                "default_rng(1) and default_rng(2) should write 2 different texts. Yours write 1 and the same, as a "
                "generator does that is seeded in each call.",
            ),
        ),
        Mistake(
            "seeds-the-global-generator",
            edit=("rng.choice(", "(np.random.seed(rng.integers(2**31)) or np.random).choice("),
            side_effect="chance",
            hints=(
                "The ids are right, and the call has moved NumPy's global generator, which all of Python shares.",
                "Somebody else draws from that generator after calling you. Whose numbers do they get?",
                "After np.random.seed(3) the next np.random.rand() is 0.5508 for everybody. After a call of yours it "
                "is another number.",
            ),
        ),
    ),
)
