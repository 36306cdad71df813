"""Ask for a prediction first: a question stands where the picture will be, which comes with the answer."""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets

from utils.checking.card import Note, card, paragraph
from utils.explorers.access import MARK, access
from utils.explorers.questions import QUESTIONS, Question
from utils.figures.picture import Picture

SKIP = "Skip"


class Prediction(ipywidgets.VBox):
    """A question with buttons for answers; the first one pressed, or *Skip*, brings the picture and the right answer.

    Parameters
    ----------
    question : str
    answers : sequence of str
        The buttons' texts.
    measured : callable
        ``measured() -> (int, str)``: which answer is right, and the sentence that says why.
    make : callable
        ``make()`` returns the widget that is shown then; it is called only once that is needed.
    verdict : str
        What stands before the right answer.
    still : dict of str to str
        Forms by MIME type, "text/html" and "text/plain", for a page on which nothing can be pressed.

    Attributes
    ----------
    buttons : dict of str to ipywidgets.Button
        The answers', and `SKIP`'s.
    predicted : str or None
        The button that was pressed first.
    explorer : ipywidgets widget or None
        What is shown; None until then.
    says : str
        The question, then how the prediction fared.
    """

    def __init__(
        self,
        question: str,
        answers: Sequence[str],
        measured: Callable[[], tuple[int, str]],
        make: Callable[[], ipywidgets.Widget],
        verdict: str = "It is",
        still: Mapping[str, str] | None = None,
    ) -> None:
        self.predicted: str | None = None
        self.explorer: ipywidgets.Widget | None = None
        self.says = question
        self._answers, self._measured, self._make = tuple(answers), measured, make
        self._verdict, self._still = verdict, still or {}
        self._text = ipywidgets.HTML(card("note", "Predict first", paragraph(question)))
        self.buttons = {text: self._button(text) for text in (*self._answers, SKIP)}
        row = ipywidgets.Layout(flex_flow="row wrap")
        super().__init__([self._text, ipywidgets.HBox(list(self.buttons.values()), layout=row), access()])
        self.add_class(MARK)

    def predict(self, answer: str) -> None:
        """Take `answer` as the prediction, or none if it is `SKIP`, and show the picture; only the first counts."""
        if self.predicted is not None:
            return
        self.predicted = answer
        which, sentence = self._measured()
        right = self._answers[which]
        begin = "" if answer == SKIP else f"You predicted “{answer}”. "
        self.says = f"{begin}{self._verdict} “{right}”. {sentence}"
        # Not disabled, which would take the focus away from whoever uses the keyboard.
        self.buttons[right].icon = "check"
        if answer not in (right, SKIP):
            self.buttons[answer].icon = "times"
        title = "Shown without a prediction" if answer == SKIP else "Predicted, and seen"
        self._text.value = card("right" if answer == right else "note", title, paragraph(self.says))
        self.explorer = self._make()
        self.children += (self.explorer,)

    def _button(self, text: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=text, layout=ipywidgets.Layout(width="auto"))
        button.on_click(lambda _: self.predict(text))
        return button

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str] | None:
        bundle: dict[str, str] | None = super()._repr_mimebundle_(**kwargs)
        return bundle and {**bundle, **self._still}

    def __repr__(self) -> str:
        return self.says if self.explorer is None else f"{self.says} {self.explorer!r}"


def predict(name: str, shown: Any) -> Prediction | Note:
    """Ask one of the course's questions before what answers it is shown.

    Parameters
    ----------
    name : str
        Which question; `utils.explorers.questions` has them all.
    shown : Picture, Explorer, Note, text, or any result that has an HTML form
        What the answer can be seen in. It has been drawn already: a page on which nothing can be pressed has it folded
        below the question.

    Returns
    -------
    Prediction or Note
        `shown` itself if it is a note: there is nothing to see yet.
    """
    if isinstance(shown, Note):
        return shown
    question = QUESTIONS[name]
    form = "" if isinstance(shown, ipywidgets.Widget) else _html(shown)
    text = isinstance(shown, str)  # made by the notebook alone; all else is drawn by the learner's functions
    verdict = "It is" if text else "With right functions it is"
    return Prediction(
        question.asks,
        question.answers,
        lambda: (question.right, question.why),
        lambda: shown if isinstance(shown, ipywidgets.Widget) else ipywidgets.HTML(form),
        verdict,
        _still(question, verdict, form, shown if text else repr(shown)),
    )


def _html(shown: Any) -> str:
    """Return what is shown as HTML; a text as it would be printed."""
    if isinstance(shown, str):
        return f'<pre style="margin:.4em 0;white-space:pre-wrap;line-height:1.4">{html.escape(shown)}</pre>'
    if isinstance(shown, Picture):
        return shown.html()
    return str(shown._repr_mimebundle_()["text/html"])


def _still(question: Question, verdict: str, form: str, words: str) -> dict[str, str]:
    """Return the question with its answer and what is shown, folded in HTML and open in plain text."""
    answer = f"{verdict} “{question.answers[question.right]}”. {question.why}"
    answers = "".join(f"<li>{html.escape(one)}</li>" for one in question.answers)
    asked = card("note", "Predict first", paragraph(question.asks), f"<ul>{answers}</ul>")
    return {
        "text/html": f"{asked}<details><summary>The answer</summary>{paragraph(answer)}{form}</details>",
        "text/plain": f"{question.asks}\n{answer}\n{words}",
    }
