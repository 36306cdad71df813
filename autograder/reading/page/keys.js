// What a reader presses and clicks on the page of `autograder read`, and how it begins; page.js does it.
"use strict";

const ACTIONS = {
  n: () => go("ungraded"),
  b: () => go("previous"),
  f: () => go("next"),
  u: undo,
  k: () => !$.keep.hidden && save(),
  c: () => $.note.focus(),
  q: () => ($.question.open = !$.question.open),
  e: () => ($.exemplar.open = !$.exemplar.open),
  "?": help,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  const at = event.target;
  if (at === $.note) {
    if (event.key === "Escape") $.answer.focus();
    return;
  }
  if ($.help.open || at === $.cell || !$.single.checked) return;
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.shiftKey ? "" : event.code);
  const act = digit
    ? () => $.items.querySelector(`button[aria-keyshortcuts="${digit[1]}"]`)?.click()
    : event.key === "Enter" && !at.closest("button, summary, a")
      ? ACTIONS.n
      : ACTIONS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

for (const [name, act] of Object.entries({ next: ACTIONS.n, keep: ACTIONS.k, undo, back: ACTIONS.b, forward: ACTIONS.f, keys: help })) {
  $[name].addEventListener("click", act);
}
$.note.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(finishNote, 800);
});
$.note.addEventListener("blur", finishNote);
$.cell.addEventListener("change", () => {
  finishNote();
  const cell = $.cell.value;
  then(async () => {
    await ask("leave");
    [answer, ahead, leaving] = [null, null, []];
    showQuestion(cell);
  });
  go("ungraded");
});
for (const part of ["question", "exemplar"]) {
  if (localStorage.getItem(part)) $[part].open = localStorage.getItem(part) === "open";
  $[part].addEventListener("toggle", () => localStorage.setItem(part, $[part].open ? "open" : "folded"));
}
$.single.checked = localStorage.getItem("keys") !== "off";
$.single.addEventListener("change", () => localStorage.setItem("keys", $.single.checked ? "on" : "off"));
for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, () => {
    if (Date.now() - alive < KEEP) return;
    alive = Date.now();
    then(() => ask("keep"));
  });
}
window.addEventListener("pagehide", () => {
  finishNote();
  const headers = { "Content-Type": "application/json", "X-XSRFToken": key };
  fetch("/api/leave", { method: "POST", keepalive: true, headers, body: JSON.stringify({ window: me }) });
});

then(async () => {
  const about = await ask("start");
  questions = about.questions;
  $.assignment.textContent = about.assignment + (about.reader ? ` · ${about.reader}` : "");
  $.cell.replaceChildren(...questions.map((one) => new Option(one.title, one.cell)));
  $.which.hidden = questions.length < 2;
  showQuestion(questions[0].cell);
});
go("ungraded");
