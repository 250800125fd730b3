"use strict";

let board = null;
const element = (id) => document.getElementById(id);

/** An element with a class and, as its content, text or other elements. */
function make(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function draw() {
  if (board === null) return;
  element("summary").textContent = board.votes ? text("summary", board) : "";
  const said = verdict();
  element("verdict").hidden = said === null;
  element("verdict").textContent = said ? text(said, board) : "";
  const scale = pointScale(board.models);
  element("ranks").replaceChildren(...board.models.map((model) => rankRow(model, scale)));
  element("pairs-section").hidden = board.votes === 0;
  element("pairs-head").replaceChildren(make("th"), ...board.models.map((model) => make("th", "", label(model))));
  element("pairs").replaceChildren(
    ...board.models.map((model, row) =>
      make("tr", "", make("th", "", label(model)), ...board.models.map((_, column) => pairCell(row, column))),
    ),
  );
}

/** What stands above the table: why there is no ranking, or none to be trusted. */
function verdict() {
  if (board.votes === 0) return "no_votes";
  const ranked = board.models.filter((model) => model.standing === "ranked");
  if (board.models.every((model) => (model.votes || 0) < board.min_votes)) return "all_few";
  if (ranked.length < board.models.length) return "some_few";
  const together = ranked.every((model) => model.best_rank === 1 && model.worst_rank === ranked.length);
  return together ? "overlap" : null;
}

/** Whether the votes say anything of the model's points. */
function placed(model) {
  return model.standing === "ranked" || model.standing === "one_sided";
}

function rankRow(model, scale) {
  const ranked = model.standing === "ranked";
  const row = make("tr", ranked ? "" : "unsure");
  const range = model.best_rank === model.worst_rank ? `${model.best_rank}` : `${model.best_rank}–${model.worst_rank}`;
  const name = make("td", "model", make("b", "", model.model));
  name.append(make("small", "", text(model.current ? "version" : "earlier", model)));
  if (!ranked) {
    const values = { votes: model.votes || 0, min_votes: board.min_votes };
    name.append(make("small", "", text(model.standing || "few_votes", values)));
  }
  row.append(make("td", "rank", ranked ? range : "–"), name, pointsCell(model, scale));
  const balance = model.votes ? `${model.wins} / ${model.ties} / ${model.losses}` : "–";
  row.append(make("td", "balance", balance, make("small", "", text("votes", { votes: model.votes || 0 }))));
  const length = model.mean_characters;
  row.append(make("td", "length", length === null ? "" : make("small", "", text("characters", { count: length }))));
  return row;
}

function pointsCell(model, scale) {
  const cell = make("td", "points");
  if (!placed(model)) return cell;
  const interval = make("i");
  const middle = make("b");
  interval.style.left = `${scale(model.low)}%`;
  interval.style.width = `${scale(model.high) - scale(model.low)}%`;
  middle.style.left = `${scale(model.points)}%`;
  cell.append(`${model.points} `, make("small", "", `${model.low} … ${model.high}`), make("div", "bar", interval, middle));
  return cell;
}

/** From points to per cent of the bar's width, the same for all rows. */
function pointScale(models) {
  const rated = models.filter(placed);
  const low = Math.min(...rated.map((model) => model.low));
  const high = Math.max(...rated.map((model) => model.high));
  const width = Math.max(high - low, 1);
  return (points) => 2 + (96 * (points - low)) / width;
}

function pairCell(row, column) {
  const won = board.won[row][column];
  const duels = won + board.won[column][row];
  if (row === column || duels === 0) return make("td", "", row === column ? "" : "–");
  return make("td", "", `${Math.round((100 * won) / duels)} %`, make("small", "", text("votes", { votes: duels })));
}

function label(model) {
  return model.current ? model.model : `${model.model} ${model.version}`;
}

async function load() {
  try {
    const response = await fetch("/api/leaderboard");
    if (!response.ok) throw new Error(response.status);
    board = await response.json();
    element("problem").hidden = true;
  } catch {
    element("problem").hidden = false;
    element("problem").textContent = text("failed");
  }
  draw();
}

offerLanguages(draw);
load();
window.addEventListener("focus", load);
