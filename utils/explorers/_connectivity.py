"""The connectivity viewer: which letters decided this phoneme, by the learner's own backward pass."""

import functools

import ipywidgets
import numpy as np

from utils.checking.card import Note
from utils.data.vocabulary import LETTERS, LETTERS_IN_A_WORD
from utils.experiments import weights
from utils.experiments.pronunciation import LONGEST, STEPS, WEIGHTS
from utils.experiments.results import Learner, Trained
from utils.experiments.speakers import pronounce_model
from utils.explorers.explorer import Explorer
from utils.figures._connectivity import HEIGHT, Connectivity, draw, measure
from utils.figures.learner import driven
from utils.figures.picture import Picture

START = {"word": "phone", "phoneme": 1, "training": "after"}
PRESETS = {
    "phone": START,
    "knight": {"word": "knight", "phoneme": 1, "training": "after"},
    "nation": {"word": "nation", "phoneme": 3, "training": "after"},
    "cheese": {"word": "cheese", "phoneme": 3, "training": "after"},
    "Untrained": {"word": "nation", "phoneme": 3, "training": "before"},
}


@driven
def connectivity(pronounce_loss: Learner, pronounce: Learner, trained: Trained | Note | None = None) -> Explorer:
    """Return the explorer of letters × phonemes for one word at a time.

    Parameters
    ----------
    pronounce_loss : callable
        ``pronounce_loss(params, letters, phonemes) -> (loss, grads)``; of grads only ``W_letters`` is looked at, so it
        takes the whole way back through decoder and encoder to draw this.
    pronounce : callable
        ``pronounce(params, letters, max_length) -> ids``.
    trained : Trained or Note, optional
        What `utils.experiments.pronouncing` returned. Without a trained network, one that ships with the course.

    Returns
    -------
    Explorer or Note
        A note if a function is not written yet, raises, or returns nothing that can be drawn.

    References
    ----------
    Simonyan, Vedaldi & Zisserman (2014), Deep inside convolutional networks: visualising image classification models
    and saliency maps, ICLR workshop.
    """
    own = trained if isinstance(trained, Trained) else None
    after = own.params if own else weights.load(WEIGHTS)
    steps = len(own.losses) if own else STEPS
    networks = {
        "before": (pronounce_model(np.random.default_rng(0)), "weights as they are drawn, before any training"),
        "after": (after, f"{'your' if own else 'a'} network{'' if own else ' that ships'}, after {steps:,} steps"),
    }

    @functools.lru_cache(maxsize=8)  # lives as long as the explorer: another phoneme of a word needs no new measurement
    def measured(word: str, training: str) -> Connectivity:
        return measure(pronounce_loss, pronounce, networks[training][0], word)

    def picture(word: str, phoneme: int, training: str) -> Picture | Note:
        written = word.strip().lower()
        if not 1 <= len(written) <= LETTERS_IN_A_WORD or not set(written) <= set(LETTERS):
            return Note(f"“{word}” cannot be read: write a word of 1 to {LETTERS_IN_A_WORD} letters from a to z.")
        return draw(measured(written, training), phoneme, networks[training][1])

    style = {"description_width": "initial"}
    return Explorer(
        picture,
        controls={
            "word": ipywidgets.Text(
                START["word"], description="Word", continuous_update=False, style=style,
                layout=ipywidgets.Layout(width="170px"),
            ),
            "phoneme": ipywidgets.IntSlider(
                START["phoneme"], 1, LONGEST, description="Phoneme", style=style,
                layout=ipywidgets.Layout(width="270px"),
            ),
            "training": ipywidgets.SelectionSlider(
                options=["before", "after"], value=START["training"], description="Training", style=style,
                layout=ipywidgets.Layout(width="230px"),
            ),
        },
        presets=PRESETS,
        words=words,
        height=HEIGHT,
    )  # fmt: skip


def words(word: str, phoneme: int, training: str) -> str:
    """Say how to read the map, and what to look for."""
    says = "A row is one phoneme, a column one letter; the framed row stands beside it in full size. "
    if training == "before":
        return says + "Before training the first letters weigh most whatever is said: they were read last."
    return (
        says + "Where the network is sure, all gradients are small. The map does not show this, since each row is a "
        "share of its largest; the bars do."
    )
