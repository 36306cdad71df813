"""What learners are asked to predict where the answers can be counted; each answer is what the notebook then shows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A question with a few answers, of which one is right.

    Attributes
    ----------
    asks : str
    answers : tuple of str
        The buttons' texts.
    right : int
        The place of the right one among them.
    why : str
        A sentence or two, which follow the right answer.
    """

    asks: str
    answers: tuple[str, ...]
    right: int
    why: str


QUESTIONS = {
    "best-step": Question(
        "Which of these h gives the best slope of sin in float64?",
        ("1e-2", "1e-5", "1e-8", "1e-11"),
        1,
        "At 1e-5 both errors are small: what Taylor's series leaves over is 2e-11 of the slope, and what rounding may "
        "add is 3e-11. In float32, where rounding is 5e8 times as large, 1e-2 is the best of the four.",
    ),
    "instruments": Question(
        "Which of the four comes nearest to the exact slopes?",
        ("your central difference", "the course's central difference", "Richardson's", "the complex step"),
        3,
        "The complex step subtracts nothing, so no digits are lost, however small h is.",
    ),
    "remainders": Question(
        "Which slopes do the three lines have where h is small?",
        ("x 2, w 2, b 2", "x 2, w 2, b 1", "x 1, w 1, b 1"),
        1,
        "A right gradient leaves h² and higher powers; the wrong one of b leaves some of what is proportional to h.",
    ),
    "memories": Question(
        "With gain 1.5 and no rotation, in how many places do nearly all starts end?",
        ("one", "two", "four", "on a whole circle"),
        2,
        "Each unit runs on its own, to 0.86 or to −0.86: two times two corners. (With gain below 1 every start ends at "
        "0.) Press “Four memories”.",
    ),
    "fading": Question(
        "Does the state come back to 0?",
        ("at the next step", "it comes nearer at every step", "it stays where it was"),
        1,
        "Each state is tanh of 0.9 times the one before: a little nearer to 0. What is left is memory of the input.",
    ),
    "reach": Question(
        "Which of the four curves are below a thousandth at step 60?",
        ("none", "norm 0.5", "norms 0.5 and 1", "norms 0.5, 1 and 1.5"),
        2,
        "At step 300 the curve of norm 1.5 is below a thousandth as well; the curve of norm 2 is not.",
    ),
    "two-losses": Question(
        "What is the slope of the sum of the two losses?",
        ("the larger of the two slopes", "the product of the two slopes", "the sum of the two slopes"),
        2,
        "A nudge of h₁ moves both losses at once, and the two changes add.",
    ),
    "above-one": Question(
        "Does a norm of Wh above 1 always make the lower left corner dark?",
        ("yes", "no"),
        1,
        "Press “Saturated”: at norm 1.4 large inputs push the units to where tanh is flat, and the corner has the "
        "palest shade. With a norm above 1 a gradient can grow, but it need not.",
    ),
    "bias": Question(
        "Is the bias larger at a gain below 1, or at a gain of 1?",
        ("below 1: Wh shrinks every state", "at 1: Wh keeps the length of every state"),
        1,
        "A cut loses what would have passed it: at k = 5 that is 16 % of the gradient at gain 0.7, and 36 % at gain 1.",
    ),
    "second-unit": Question(
        "The second unit is nudged. Which of the two moves more at the next step?",
        ("the first, with weight 2", "the second, with weight 3"),
        0,
        "The second unit stands where tanh is flatter: 3 × 0.49 is less than 2 × 0.99.",
    ),
    "gain-two": Question(
        "At gain 2, H = 24, after 59 steps: is the median norm below 1, or above?",
        ("below 1", "above 1"),
        1,
        "At gain 2 the stretching by W outweighs the flat tanh: the median passes 1 near gain 1.6.",
    ),
    "sixty-powers": Question(
        "Is ‖W^60‖ nearer to 1.2⁶⁰ ≈ 56,000, or to 0?",
        ("to 56,000", "to 0"),
        1,
        "One step multiplies a direction by 1.2 and the next one by 0.5: two steps multiply by 0.6, and 0.6³⁰ is 2e-7.",
    ),
    "sign": Question(
        "Does the content of the cell change sign?",
        ("yes", "no"),
        1,
        "0.9 is kept and −0.2 is written, so the cell holds 0.7.",
    ),
    "ten-halves": Question(
        "What is left of the 1 after one step, and after ten?",
        ("1, and 1", "0.5, and 0.05", "0.5, and 0.001"),
        2,
        "f = σ(0) = 0.5 halves it at every step: 0.5¹⁰ is 0.00098.",
    ),
    "more-than-f": Question(
        "With f = 0.8, is the slope of the loss at c_{t−1} less than 0.8, or more?",
        ("less", "more"),
        1,
        "c_t enters the loss in two ways, directly and through h_t, and the two slopes add: 0.8 × (1 + 0.18).",
    ),
    "half-life": Question(
        "With a forget bias of 5, after how many steps is half of the gradient gone?",
        ("1", "5", "20", "about 100"),
        3,
        "f = σ(5) = 0.9933, and 0.9933¹⁰³ is a half. At a bias of 0 one step is enough.",
    ),
    "two-lanes": Question(
        "Which curve of the cell changes by the larger factor with the bias?",
        ("the direct path", "all paths"),
        0,
        "From bias 0 to bias 5 what arrives at the first cell grows from 1e-6 to 0.82 by the direct path, from 9e-5 to "
        "1.4 by all paths. The button “Growing” sets a network in which the gradient grows.",
    ),
    "asked": Question(
        "At how many steps is a letter or END asked for?",
        ("3", "4", "5", "6"),
        1,
        "Three letters and END are asked for. A step whose target is PAD does not count.",
    ),
    "exploding": Question(
        "Which of these end worse than guessing, with four seeds each?",
        ("scale 1, not clipped", "scale 2, not clipped", "scale 2, clipped", "none"),
        1,
        "At scale 2 most gradients explode: without clipping a few steps throw the weights far away. (With "
        "clipping all four end well; the text below reports more seeds.)",
    ),
    "recall": Question(
        "Which of the two learns to say the bit of eight steps ago?",
        ("k = 8", "k = 9", "both", "neither"),
        1,
        "With k = 9 one answer in nine lies in the segment of its bit, and that is enough; with k = 8 none does.",
    ),
    "first-line": Question(
        "What does a line look like after 15 steps?",
        ("letters at random", "one word for all", "pieces of words"),
        2,
        "Before training the letters are at random; after 15 steps there are pieces such as “si” and “nie”.",
    ),
    "streams": Question(
        "What is it best at?",
        ("frames", "words", "whole streams"),
        0,
        "A frame is labelled as soon as it is read; a word is written from the last state, and a stream is right only "
        "where all of its words are.",
    ),
    "first-learned": Question(
        "What does it learn first?",
        ("how a word begins", "how a word ends", "how long a word is"),
        0,
        "After 15 steps four of the five words shown begin right; none ends right, and one is as long as it should be.",
    ),
    "cab": Question(
        "In which order are the five places of “cab” read?",
        ("c, a, b, PAD, PAD", "b, a, c, PAD, PAD", "PAD, PAD, b, a, c"),
        2,
        "The word is reversed and ends at the last step, so that c is read last.",
    ),
}
