"""Ask for a prediction first: a question stands where the picture will be, which comes with the answer."""

from collections.abc import Callable, Sequence

import ipywidgets

from utils.checking.card import card, paragraph
from utils.explorers.explorer import Explorer


class Prediction(ipywidgets.VBox):
    """A question with buttons for answers; the first one pressed brings the explorer and what was measured.

    Parameters
    ----------
    question : str
    answers : sequence of str
        The buttons' texts.
    measured : callable
        ``measured() -> (int, str)``: which answer the measurement gives, and the sentence that says so.
    explorer : callable
        ``explorer() -> Explorer``; made only once it is needed.

    Attributes
    ----------
    buttons : dict of str to ipywidgets.Button
    predicted : str or None
        The answer that was pressed first.
    explorer : Explorer or None
        None until then.
    says : str
        The question, then how the prediction fared.
    """

    def __init__(
        self,
        question: str,
        answers: Sequence[str],
        measured: Callable[[], tuple[int, str]],
        explorer: Callable[[], Explorer],
    ) -> None:
        self.predicted: str | None = None
        self.explorer: Explorer | None = None
        self.says = question
        self._answers, self._measured, self._make = tuple(answers), measured, explorer
        self._text = ipywidgets.HTML(card("note", "Predict first", paragraph(question)))
        self.buttons = {text: self._button(text) for text in self._answers}
        row = ipywidgets.Layout(flex_flow="row wrap")
        super().__init__([self._text, ipywidgets.HBox(list(self.buttons.values()), layout=row)])

    def predict(self, answer: str) -> None:
        """Take `answer` as the prediction and show the explorer; only the first counts."""
        if self.predicted is not None:
            return
        self.predicted = answer
        which, sentence = self._measured()
        right = self._answers[which] == answer
        self.says = f"You predicted “{answer}”. {sentence} " + (
            "So it is." if right else f"So it is “{self._answers[which]}”: worth a look at why."
        )
        for button in self.buttons.values():
            button.disabled = True
        self._text.value = card("right" if right else "note", "Predicted, and measured", paragraph(self.says))
        self.explorer = self._make()
        self.children += (self.explorer,)

    def _button(self, text: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=text, layout=ipywidgets.Layout(width="auto"))
        button.on_click(lambda _: self.predict(text))
        return button

    def __repr__(self) -> str:
        return self.says if self.explorer is None else f"{self.says} {self.explorer!r}"
