"""Declare the mistakes that both models of 07 invite: in their losses, in decoding and in training."""

from autograder.course.exercise import Mistake

Hints = tuple[str, str, str]

SHIFT_HINTS = (
    "These are the numbers of a model whose targets are its inputs: it is asked for the id that it has just read.",
    "When the decoder reads START, which id should it write? Where does that id stand in the row?",
    "The row START, 7, END makes two questions: after START comes 7, after 7 comes END. START itself is never asked "
    "for.",
)
_PAD_HINTS = (
    "These are the numbers of a loss that counts padding: the model is asked to write PAD after END.",
    "A short word and a long one stand in one array. At how many places is something asked of the short one?",
    "START, 7, END, PAD, PAD has two targets that count, 7 and END. Two equal scores at each cost 0.693 a target: "
    "1.386, not 2.773.",
)
_READ_HINTS = (
    "These are the numbers of a mask made of what is read. Behind END the model is asked for one PAD more.",
    "The last id that is read is END. Is anything asked at that step?",
    "START, 7, END, PAD reads START, 7, END and is asked for 7, END, PAD. Two of these count; yours counts three.",
)
_UNASKED_END_HINTS = (
    "These are the numbers of a loss that does not count END: nobody tells the model when to stop.",
    "Of START, PAD and END, which are ids that the model has to write itself?",
    "START, 7, END has two targets that count, 7 and END. Two equal scores at each cost 1.386 together, not 0.693.",
)
MEAN_HINTS = (
    "The gradients are right. The loss is divided by the number of targets, although it is a sum over the steps.",
    "The loss of this course sums over T and takes the mean over N. Whose gradients do you return?",
    "One word with two targets, each of them costing 0.693: the loss is 1.386. Yours is 0.693.",
)


def repeats(what: str) -> Hints:
    """Return the hints for a gradient of W_`what` in which only one lookup of a row counts."""
    return (
        f"All is right but the rows of W_{what} that were looked up more than once: there the last place overwrites "
        "the others.",
        "If one id stands at three places of a batch, how many gradients does its row get?",
        "Row 5 is looked up twice and hears 0.2 and 0.3: its gradient is 0.5. Yours is 0.3.",
    )


# Slips that both losses invite.
SLIPS_OF_THE_MASK = (
    Mistake(
        "padding-counted",
        edit=("targets, targets != PAD)", "targets, np.ones(targets.shape, dtype=bool))"),
        hints=_PAD_HINTS,
    ),
    Mistake("mask-of-what-is-read", edit=("targets, targets != PAD)", "targets, inputs != PAD)"), hints=_READ_HINTS),
    Mistake("end-not-counted", edit=("targets, targets != PAD)", "targets, targets > END)"), hints=_UNASKED_END_HINTS),
)

_ENDLESS_HINTS = (
    "Up to END these are the right ids, but the word goes on after it.",
    "What should stand in a row after its END?",
    "A model that writes 7, END, 5, 5 gives the row 7, END, PAD, PAD.",
)
_UNFED_HINTS = (
    "These are the ids of a decoder that reads START at every step: it never hears what it wrote.",
    "Which id did the network read before each step of training? Which one stands in its place now?",
    "If the first id written is 7, the second step looks up row 7. Yours looks up row 1 again.",
)
_SHIFTED_HINTS = (
    "START stands in front of what was written.",
    "Which of these ids did the model write, and which was it given?",
    "With max_length = 3 a model that writes 7, 8, END gives 7, 8, END. Yours gives START, 7, 8.",
)
_NO_END_HINTS = (
    "Where END should stand there is PAD already.",
    "Is END an id that the model writes, or one that you add? Which comes first, noting it or stopping?",
    "A model that writes 7, END gives the row 7, END, PAD. Yours is 7, PAD, PAD.",
)
_ALL_END_HINTS = (
    "As soon as one row ends, all others are cut off too.",
    "Rows of one batch end at different steps. What must be remembered for each of them?",
    "Rows 7, END and 7, 8, END side by side: the second still writes its 8 after the first has ended.",
)
_CELL_HINTS = (
    "These are the ids of a decoder whose cell is emptied before every step: only h is carried on.",
    "What does a step of an LSTM take, and what does it return? Which of it does the next step need?",
    "With f = 0.9 and nothing written, a cell of 1 is 0.9 after one step and 0.81 after two. Yours is 0 each time.",
)


def slips_of_decoding(embedding: str) -> tuple[Mistake, ...]:
    """Return the mistakes that both decoders invite; `embedding` is how the solution calls its own embedding."""
    return (
        Mistake("goes-on-after-end", edit=("np.where(done, PAD, last)", "last"), hints=_ENDLESS_HINTS),
        Mistake("not-fed-back", edit=(f"{embedding}[last]", f"{embedding}[0 * last + START]"), hints=_UNFED_HINTS),
        Mistake(
            "start-among-ids",
            edit=("return ids", "return np.insert(ids, 0, START, axis=1)[:, :-1]"),
            hints=_SHIFTED_HINTS,
        ),
        Mistake(
            "end-not-written",
            edit=(
                "ids[:, t] = np.where(done, PAD, last)\n        done |= last == END",
                "done |= last == END\n        ids[:, t] = np.where(done, PAD, last)",
            ),
            hints=_NO_END_HINTS,
        ),
        Mistake("one-end-ends-all", edit=("done |= last == END", "done |= np.any(last == END)"), hints=_ALL_END_HINTS),
        Mistake(
            "cell-not-carried", edit=(f"{embedding}[last], h, c,", f"{embedding}[last], h, 0 * c,"), hints=_CELL_HINTS
        ),
    )


def slips_of_training(loop: str, loss: str, rate: str, first: float) -> tuple[Mistake, ...]:
    """Return the mistakes of a training: its loop, the call of its loss, and `rate`, the text that ends its step.

    The rate of the first step is `first`.
    """
    return (
        Mistake(
            "gradient-ascent",
            edit=("optimiser.step(grads,", "optimiser.step({name: -g for name, g in grads.items()},"),
            hints=(
                "The weights move the wrong way: the loss grows.",
                "Adam's step goes against the gradient that you give it. Which sign should yours have?",
                "At w = 1 with the gradient 2, the first step of size 0.01 leads to 0.99, not to 1.01.",
            ),
        ),
        Mistake(
            "one-step-only",
            edit=(rate, f"{rate}\n        break"),
            hints=(
                "The weights have moved by one step only.",
                "At which indentation does your `return` stand?",
                f"After 150 steps of {first} and less some weights have moved by more than 0.3. Yours have moved by "
                f"{first}.",
            ),
        ),
        Mistake(
            "nothing-moves",
            edit=("optimiser = Adam(params)", "optimiser = Adam({name: p.copy() for name, p in params.items()})"),
            hints=(
                "The weights come back exactly as they came in.",
                "Adam changes the arrays that it was made with. Are those the ones that you return?",
                "If w = 1 goes into Adam as a copy, the copy becomes 0.99. w is still 1.",
            ),
        ),
        Mistake(
            "gradients-of-the-start",
            edit=(
                f"    {loop}\n        _, grads = {loss}",
                f"    _, start = {loss}\n    {loop}\n        grads = start",
            ),
            hints=(
                "At every step the weights move as at the first: the gradients are always those of the weights that "
                "came in.",
                "The weights have moved since the last step. At which weights is the slope wanted now?",
                "On w², from w = 1 with steps of 0.01: near 0 the slope is near 0. Yours stays at 2, and after 150 "
                "steps w has walked on to −0.5.",
            ),
        ),
        Mistake(
            "one-step-too-many",
            edit=("range(steps):", "range(steps + 1):\n        steps = max(steps, 1)"),
            hints=(
                "There is one step too many: with steps = 0 the weights move.",
                "How often does your loop run when steps is 0?",
                "steps = 3 means three calls of the optimiser. Yours makes four.",
            ),
        ),
        Mistake(
            "rate-too-small",
            edit=(rate, f"0.001 * {rate}"),
            hints=(
                "The weights have hardly moved: the steps are much too small.",
                "Which rate is asked for? What does Adam's step depend on, besides the rate?",
                "150 steps at a rate of 0.00001 move no weight by more than 0.0015: not enough to learn a word.",
            ),
        ),
        Mistake(
            "moves-the-givers-weights",
            edit=("    params = {name: p.copy() for name, p in params.items()}\n", ""),
            side_effect="mutates",
            hints=(
                "Your training works, but the params that came in are changed as well.",
                "Adam changes the arrays that it was made with. Whose are they?",
                "Whoever trains twice from the same start, to compare, finds the start moved: w = 1 has become 0.7.",
            ),
        ),
    )
