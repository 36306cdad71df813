// The page of `autograder read`. It asks the server one thing after the other, so what is shown and what is saved keep
// their order; the next answer is fetched while the present one is read.
"use strict";

const $ = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const key = document.querySelector("meta[name=xsrf]").content;
const me = crypto.randomUUID(); // this window, until it is loaded again
const RETRY = 1500; // ms, while the server does not answer
const KEEP = 60000; // ms between two signs of life, which keep what is open
let questions = [];
let question = null;
let answer = null; // the one that is shown, with what is chosen
let ahead = null; // the one that comes next
let leaving = []; // ids to give back with the next request
let work = Promise.resolve();
let typed = null; // the timer of a comment that is being written
let alive = 0;

class Refused extends Error {}

async function ask(action, body = {}) {
  for (let stalled = false; ; stalled = true) {
    let reply;
    try {
      reply = await fetch(`/api/${action}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-XSRFToken": key },
        body: JSON.stringify({ window: me, ...body }),
      });
    } catch {
      trouble("Not saved yet: the server does not answer. This page goes on trying.");
    }
    if (reply && (reply.ok || (reply.status < 500 && reply.status !== 403))) {
      const found = await reply.json().catch(() => ({ error: "The server does not understand this page: load it again." }));
      if (!reply.ok) throw new Refused(found.error);
      if (stalled) trouble("");
      if (found.progress) showProgress(found.progress);
      return found;
    }
    if (reply && reply.status === 403) {
      throw new Refused("This page is of an earlier `autograder read`: open the address that the newer one printed.");
    }
    if (reply) {
      trouble((await reply.json().catch(() => ({}))).error || "The server is in trouble. This page goes on trying.");
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY));
  }
}

function then(task) {
  work = work.then(task).catch((error) => {
    if (!(error instanceof Refused)) console.error(error);
    trouble(error.message);
  });
  return work;
}

function trouble(text) {
  if ($.trouble.textContent !== text) $.trouble.textContent = text;
}

function say(text) {
  $.saved.textContent = text;
}

const plain = (points) => String(Math.round(points * 100) / 100).replace("-", "−");

function showProgress({ count, read, left, yours }) {
  const mine = left === yours ? `${left} left` : `${yours} left of yours`;
  $.progress.textContent = `${read} of ${count} read, ${mine}`;
  $.bar.max = count || 1;
  $.bar.value = read;
}

function showQuestion(cell) {
  question = questions.find((one) => one.cell === cell);
  document.title = `${question.title}: written answers`;
  $.cell.value = cell;
  $.title.textContent = question.title;
  $.figures.textContent = question.figures.slice(0, 20).join("  ·  ") || "no numbers";
  $["question-text"].innerHTML = question.text;
  $["exemplar-text"].innerHTML = question.exemplar;
  const rows = question.items.map((item, index) => row(index < 9 ? String(index + 1) : "", item.comment, item.points, () => toggle(item.id)));
  const zero = row("0", "<p>No points, on purpose</p>", null, chooseZero);
  zero.className = "zero";
  $.items.replaceChildren(...rows, zero);
  if (!question.items.length) say("The rubric of this question has no items: give other points than 0 in formgrader.");
}

function row(cap, html, points, act) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  const [shown, text, worth] = ["kbd", "span", "span"].map((tag) => document.createElement(tag));
  shown.textContent = cap;
  shown.hidden = !cap;
  if (cap) button.setAttribute("aria-keyshortcuts", cap);
  text.innerHTML = html;
  worth.className = "points";
  worth.textContent = points === null ? "" : (points > 0 ? "+" : "") + plain(points);
  button.append(shown, text, worth);
  button.addEventListener("click", act);
  line.append(button);
  return line;
}

function earned() {
  if (!answer.items.length) return answer.points;
  const sum = question.items.filter((item) => answer.items.includes(item.id)).reduce((all, item) => all + item.points, 0);
  return Math.min(Math.max(sum, 0), question.points);
}

function showChoice() {
  const buttons = [...$.items.querySelectorAll("button")];
  question.items.forEach((item, index) => buttons[index].setAttribute("aria-pressed", String(answer.items.includes(item.id))));
  buttons.at(-1).setAttribute("aria-pressed", String(!answer.items.length && answer.points === 0));
  const points = earned();
  $.score.textContent = `${points === null ? "–" : plain(points)} of ${plain(question.points)}`;
  $.keep.hidden = !(answer.waiting && points !== null);
  $.notice.textContent = notices().join(" ");
  $.notice.hidden = !$.notice.textContent;
}

function notices() {
  const found = [];
  const points = answer.score === null ? "" : plain(answer.score);
  if (answer.outdated === "changed") found.push(`Changed since it was marked (${points} points). Mark it again, or keep the points.`);
  if (answer.outdated === "unknown") found.push(`It is not known whether this has changed since it was marked (${points} points).`);
  if (answer.lost.length) found.push(`The rubric no longer has ${answer.lost.join(", ")}: choose again (${points} points until then).`);
  if (answer.elsewhere && !answer.items.length) found.push(`Marked in formgrader: ${points} points. Choosing an item replaces them.`);
  if (answer.automatic === 0 && answer.score === null) found.push("Handed in as it was released: 0 points, unless you choose.");
  if (!answer.outdated && answer.waiting && answer.waiting < answer.alike && answer.score !== null) {
    found.push(`${answer.waiting} of these identical answers are new; keep the points to give them the same.`);
  }
  return found;
}

function show(found) {
  answer = found;
  $.note.value = answer ? answer.note : "";
  for (const part of [$.note, ...$.items.querySelectorAll("button")]) part.disabled = !answer;
  if (!answer) return;
  $.place.textContent = `Answer ${answer.number} of ${answer.of}${answer.of < $.bar.max ? " different ones" : ""}`;
  $.alike.textContent = answer.alike > 1 ? `${answer.alike} identical answers, marked together` : "";
  $.text.innerHTML = answer.html;
  for (const link of $.text.querySelectorAll("a[href]")) {
    if (link.getAttribute("href").startsWith("#")) link.removeAttribute("href");
    else Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  }
  showChoice();
  $.reading.scrollTop = 0;
  $.answer.focus({ preventScroll: true });
}

function showNone(held) {
  show(null);
  $.place.textContent = "";
  $.alike.textContent = "";
  $.notice.hidden = true;
  $.score.textContent = "";
  $.keep.hidden = true;
  $.text.textContent = held ? "What is left is open in other windows. Look again in some minutes." : "All are read.";
  say($.text.textContent);
}

function save() {
  if (!answer) return;
  const [one, { cell, points: most }] = [answer, question];
  const chosen = { items: [...one.items], points: one.points, note: one.note };
  then(async () => {
    const reply = await ask("mark", { cell, id: one.id, version: one.version, ...chosen });
    if (!reply.saved) {
      trouble("Not saved: this answer was marked, or has changed, meanwhile. It is shown as it is now.");
      if (answer === one && reply.answer) show(reply.answer);
      else if (answer === one) go("ungraded");
      return;
    }
    const { items, points, note, ...rest } = reply.answer;
    Object.assign(one, rest); // what was chosen since stays
    trouble("");
    const worth = reply.answer.score;
    say(`Answer ${one.number} saved: ${worth === null ? "not marked" : `${plain(worth)} of ${plain(most)} points`}`);
    if (answer === one) showChoice();
  });
}

function toggle(id) {
  if (!answer) return;
  finishNote();
  answer.points = null;
  answer.items = answer.items.includes(id) ? answer.items.filter((one) => one !== id) : [...answer.items, id];
  showChoice();
  save();
}

function chooseZero() {
  if (!answer) return;
  finishNote();
  answer.points = !answer.items.length && answer.points === 0 ? null : 0;
  answer.items = [];
  showChoice();
  save();
}

function finishNote() {
  clearTimeout(typed);
  if (answer && answer.note.trim() !== $.note.value.trim()) {
    answer.note = $.note.value;
    save();
  }
}

async function open(step, at) {
  const reply = await ask("open", { cell: question.cell, at, step, leave: leaving });
  leaving = [];
  return reply;
}

function fetchAhead() {
  then(async () => {
    const from = answer;
    if (!from) return;
    const reply = await open("ungraded", from.id);
    ahead = reply.answer && reply.answer.id !== from.id ? reply.answer : null;
  });
}

function go(step) {
  finishNote();
  then(async () => {
    const at = answer ? answer.id : null;
    let found = step === "ungraded" ? ahead : null;
    let held = false;
    if (!found) {
      if (ahead) leaving.push(ahead.id);
      ({ answer: found, held } = await open(step, at));
    }
    ahead = null;
    if (found) {
      if (at && at !== found.id) leaving.push(at);
      trouble("");
      show(found);
      fetchAhead();
    } else if (answer && (step !== "ungraded" || answer.waiting)) {
      say(held ? "What is left is open in other windows." : "There is no other one.");
    } else {
      if (at) leaving.push(at);
      showNone(held);
    }
  });
}

function undo() {
  finishNote();
  then(async () => {
    const reply = await ask("undo");
    if (reply.cell && reply.cell !== question.cell) showQuestion(reply.cell);
    if (reply.answer) {
      if (answer && answer.id !== reply.answer.id) leaving.push(answer.id);
      if (ahead && ahead.id === reply.answer.id) ahead = null;
      show(reply.answer);
    }
    say(reply.done ? "Undone" : reply.cell ? "Not undone: it was marked otherwise meanwhile" : "There is nothing to undo");
  });
}

function help() {
  if ($.help.open) $.help.close();
  else $.help.showModal();
}
