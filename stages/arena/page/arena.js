"use strict";

// What the page shows: `state` is loading, open (waits for a vote), voting, voted or broken.
const page = { state: "loading", duel: null, chosen: null, names: null, votes: 0, waitingFor: "loading", problem: null };
const SIDES = ["left", "right"];
const KEYS = { 1: "left", 2: "right", 3: "tie", 4: "both_bad" };
const element = (id) => document.getElementById(id);

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error), { reason: answer.error, detail: answer.detail });
  return answer;
}

function draw() {
  const open = page.state === "open";
  const voted = page.state === "voted";
  element("question").textContent = page.duel ? page.duel.question : "";
  element("answers").classList.toggle("stale", page.state === "loading" && page.duel !== null);
  for (const side of SIDES) {
    const said = page.duel ? page.duel[side] : "";
    const card = element(side);
    const shown = card.querySelector(".text");
    // textContent: an answer is text, whatever it holds.
    shown.textContent = said || (page.duel ? text("empty") : "");
    shown.classList.toggle("empty", !said);
    card.querySelector(".name").textContent = voted ? page.names[side] : "";
    card.classList.toggle("chosen", voted && page.chosen === side);
  }
  for (const button of element("choices").children) button.disabled = !open;
  element("choices").hidden = voted || (page.state === "broken" && page.duel === null);
  element("next").hidden = !(voted || page.state === "broken");
  element("status").textContent = voted ? text("thanks", { votes: page.votes }) : open ? text("which") : "";
  element("waiting").hidden = page.state !== "loading";
  element("waiting-text").textContent = text(page.waitingFor);
  element("problem").hidden = page.problem === null;
  element("problem").textContent = page.problem ? text(page.problem.reason, page.problem) : "";
  element("own").querySelector("button").disabled = page.state === "loading";
}

function fail(error, state) {
  const known = error.reason in TEXTS[language];
  page.problem = { reason: known ? error.reason : "failed", detail: error.detail };
  page.state = state;
  draw();
}

async function begin(question) {
  const before = page.state;
  Object.assign(page, { state: "loading", problem: null, waitingFor: question === undefined ? "loading" : "answering" });
  draw();
  try {
    const duel = await post("/api/duel", question === undefined ? {} : { question });
    Object.assign(page, { state: "open", duel, chosen: null, names: null });
    draw();
    if (question === undefined) window.scrollTo({ top: 0 });
    else element("asked").scrollIntoView({ block: "start" });
    return true;
  } catch (error) {
    // A question that cannot be asked leaves the duel as it was.
    fail(error, question !== undefined && page.duel ? before : "broken");
    return false;
  }
}

async function vote(choice) {
  if (page.state !== "open") return;
  page.state = "voting";
  draw();
  try {
    const answer = await post("/api/vote", { duel: page.duel.duel, choice });
    Object.assign(page, { state: "voted", chosen: choice, names: answer, votes: answer.votes, problem: null });
    draw();
    element("next").focus({ preventScroll: true });
  } catch (error) {
    fail(error, "broken");
  }
}

element("choices").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) vote(button.dataset.choice);
});
element("next").addEventListener("click", () => begin());
element("own").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (page.state === "loading") return;
  if (await begin(element("own-question").value)) element("own-question").value = "";
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("textarea, a, summary")) return;
  if (event.key in KEYS) vote(KEYS[event.key]);
  // On a button Enter is a click already.
  else if (event.key === "Enter" && !element("next").hidden && !event.target.closest("button")) begin();
});

offerLanguages(draw);
begin();
