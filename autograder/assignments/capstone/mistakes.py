"""Declare the mistakes that both models of 07 invite: in their losses, in decoding and in training."""

from autograder.course.exercise import Mistake

Hints = tuple[str, str, str]

SHIFT_HINTS = (
    "At every step the model is asked here for the id that it reads at that very step.",
    "When the decoder reads START, which id should it write? Where does that id stand in the row?",
    "START, 7, END makes two questions: 7 after START, END after 7. With 8 equally likely ids each costs 2.079, "
    "together 4.159. Yours makes three, and 6.238.",
)
_PAD_HINTS = (
    "Padding counts in this loss: after END the model is asked for PAD.",
    "A short word and a long one stand in one array. At how many places is something asked of the short one?",
    "START, 7, END, PAD, PAD has two targets that count, 7 and END. With 8 equally likely ids each costs 2.079, "
    "together 4.159. Yours counts four: 8.318.",
)
_READ_HINTS = (
    "This loss counts the PAD that stands right after END, as if the model were asked for it.",
    "When END has been read, is anything still asked?",
    "START, 7, END, PAD has two targets that count, 7 and END. With 8 equally likely ids each costs 2.079, together "
    "4.159. Yours counts three: 6.238.",
)
_UNASKED_END_HINTS = (
    "END costs nothing in this loss: it is the same for a model that never writes END.",
    "Of START, PAD and END, which does the model have to write itself?",
    "START, 7, END has two targets that count, 7 and END. With 8 equally likely ids each costs 2.079, together "
    "4.159. Yours counts one: 2.079.",
)
MEAN_HINTS = (
    "This loss is the mean cost of one target, over all rows and steps.",
    "If a word were twice as long, with every target as hard as before, what should become of its loss?",
    "START, 7, END has two targets that count. With 8 equally likely ids each costs 2.079, and the loss is 4.159. "
    "Yours is 2.079.",
)


def repeats(what: str) -> Hints:
    """Return the hints for a gradient of W_`what` in which only one lookup of a row counts."""
    return (
        f"A row of W_{what} that was looked up at several places gets the gradient of one of them only.",
        "If one id stands at three places of a batch, how many gradients does its row get?",
        "Row 5 is looked up two times, and 0.2 and 0.3 come back: its gradient is 0.5. Yours is 0.3.",
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
    "Up to END these are the right ids; after it the row goes on.",
    "What should stand in a row after its END?",
    "A model that writes 7, END, 5, 5 gives the row 7, 2, 0, 0: END is 2, PAD 0. Yours gives 7, 2, 5, 5.",
)
_UNFED_HINTS = (
    "These are the ids of a decoder that reads START at every step.",
    "In training, which id was read before each step? Which one stands in its place now?",
    "If the first id written is 7, the second step looks up row 7 of the embedding. Yours looks up row 1 again.",
)
_SHIFTED_HINTS = (
    "The rows begin with START; what was written stands one place later.",
    "Which of these ids did the model write, and which was it given?",
    "max_length = 3, and the model writes 7, 8, END: the row is 7, 8, 2. Yours is 1, 7, 8.",
)
_NO_END_HINTS = (
    "Each row turns to PAD at the very step at which the model writes END.",
    "Is END an id that the model writes? From which step on is its row done?",
    "A model that writes 7, END gives the row 7, 2, 0: END is 2, PAD 0. Yours is 7, 0, 0.",
)
_ALL_END_HINTS = (
    "As soon as one row has ended, every other row gets PAD too.",
    "Rows of one batch end at different steps. What has to be known of each of them?",
    "Two rows side by side, 7, END and 9, 8, END: the second is 9, 8, 2. Yours is 9, 8, 0.",
)
_STARTS = "In training, which id did the decoder read first, before every word?"
_END_FIRST_HINTS = (
    "The first id that this decoder reads is END.",
    _STARTS,
    "The first step looks up row 1 of the embedding, that of START. Yours looks up row 2.",
)
_PAD_FIRST_HINTS = (
    "The first id that this decoder reads is PAD.",
    _STARTS,
    "The first step looks up row 1 of the embedding, that of START. Yours looks up row 0.",
)
_CELL_HINTS = (
    "These are the ids of a decoder whose cell is empty before every step.",
    "A step of an LSTM hands on two things. Which of them does your next step get?",
    "With f = 0.9 and nothing written, a cell of 1 is 0.9 after one step and 0.81 after two. Yours is 0 and 0.",
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
        Mistake("begins-with-end", edit=("np.full(N, START)", "np.full(N, END)"), hints=_END_FIRST_HINTS),
        Mistake("begins-with-pad", edit=("np.full(N, START)", "np.full(N, PAD)"), hints=_PAD_FIRST_HINTS),
        Mistake(
            "cell-not-carried", edit=(f"{embedding}[last], h, c,", f"{embedding}[last], h, 0 * c,"), hints=_CELL_HINTS
        ),
    )


def slips_of_training(loop: str, loss: str, rate: str) -> tuple[Mistake, ...]:
    """Return the mistakes of a training: its loop, the call of its loss, and `rate`, the text that ends its step."""
    return (
        Mistake(
            "gradient-ascent",
            edit=("optimiser.step(grads,", "optimiser.step({name: -g for name, g in grads.items()},"),
            hints=(
                "Taken together, these steps lead uphill.",
                "Adam steps against the gradient that it is handed. Which way does yours point?",
                "A loss of w², w = 1, the rate 0.01: the gradient is 2, and one step leads to 0.99. Yours leads to "
                "1.01.",
            ),
        ),
        Mistake(
            "one-step-only",
            edit=(rate, f"{rate}\n        break"),
            hints=(
                "No weight has moved further than one step of Adam takes it.",
                "How many steps were asked for? After how many does your function return?",
                "A loss of w², w = 1, the rate 0.01: three steps lead to 0.97. Yours leads to 0.99.",
            ),
        ),
        Mistake(
            "nothing-moves",
            edit=("optimiser = Adam(params)", "optimiser = Adam({name: p.copy() for name, p in params.items()})"),
            hints=(
                "The weights come back exactly as they came in.",
                "Adam changes the arrays that it was made with. Are those the ones that you return?",
                "If Adam is made with a copy of w = 1, the copy becomes 0.99 in a step. w is still 1.",
            ),
        ),
        Mistake(
            "gradients-of-the-start",
            edit=(
                f"    {loop}\n        _, grads = {loss}",
                f"    _, start = {loss}\n    {loop}\n        grads = start",
            ),
            hints=(
                "Some weight has moved in one direction all the way, by the full rate at each step.",
                "Towards the bottom of a valley slopes get smaller. Do yours, as the weights move?",
                "A loss of w², w = 1, 150 steps at the rate 0.01: the slope falls from 2 to 0 near w = 0, and so w "
                "stays near 0. Yours stays 2, and w ends at −0.5.",
            ),
        ),
        Mistake(
            "one-step-too-many",
            edit=("range(steps):", "range(steps + 1):\n        steps = max(steps, 1)"),
            hints=(
                "Where no step is asked for, the weights move by one all the same.",
                "How often do you change the weights when steps is 0?",
                "w = 1, the rate 0.01, steps = 0: w comes back as 1. One step would make it 0.99.",
            ),
        ),
        Mistake(
            "adam-made-every-step",
            edit=("        optimiser.step(grads,", "        optimiser = Adam(params)\n        optimiser.step(grads,"),
            hints=(
                "Every weight has moved by one full rate at every step, as Adam's first step does.",
                "What does Adam remember from one step to the next? Does yours remember it?",
                "A loss of w², w = 1, the rate 0.5: the first step leads to 0.5, the second to 0.0339. Yours leads to "
                "0.",
            ),
        ),
        Mistake(
            "not-clipped",
            edit=("grads, _ = clip_grad_norm(grads, 5.0)", "pass"),
            hints=(
                "Right where gradients are short. Where some are longer than 5, these weights come from their full "
                "length.",
                "What does one huge gradient do to the mean of gradients that Adam keeps, and for how long?",
                "Two steps with gradients of length 50 and 4: clipped they count as 5 and 4, unclipped as 50 and 4.",
            ),
        ),
        Mistake(
            "one-step-too-few",
            edit=("range(steps)", "range(steps - 1)"),
            hints=(
                "These weights are those of a training that is one step shorter.",
                "How many steps were asked for? How often has Adam moved your weights?",
                "A loss of w², w = 1, the rate 0.01: two steps lead to 0.98. Yours leads to 0.99.",
            ),
        ),
        Mistake(
            "rate-too-small",
            edit=(rate, f"0.001 * {rate}"),
            hints=(
                "All steps together have moved no weight as far as one step of Adam goes at the rate that is asked "
                "for.",
                "How far can a weight get in so many steps at the rate that is asked for? How far did yours get?",
                "In 150 steps at the rate 0.01 Adam can move a weight by 1.5. At the rate 0.00001 it is 0.0015: too "
                "little to learn a word.",
            ),
        ),
        Mistake(
            "moves-the-givers-weights",
            edit=("    params = {name: p.copy() for name, p in params.items()}\n", ""),
            side_effect="mutates",
            hints=(
                "After the call, your caller's params are the trained ones.",
                "Somebody trains twice from the same start, to compare. Where does the second training start?",
                "w = 1 comes in and is trained to 0.7: after the call the caller's w is still 1. After yours it is "
                "0.7.",
            ),
        ),
    )
