"use strict";

// Every sentence of the interface in both languages. `{name}` is filled in by `text(key, {name: ...})`.
const TEXTS = {
  vi: {
    arena: "đấu trường",
    duel: "So tài",
    leaderboard: "bảng xếp hạng",
    other_language: "English",
    intro: "Hai mô hình giấu tên cùng trả lời một câu hỏi. Bỏ phiếu xong bạn mới biết tên.",
    question: "Câu hỏi",
    which: "Bài nào hay hơn?",
    left_better: "A hay hơn",
    right_better: "B hay hơn",
    tie: "Ngang nhau",
    both_bad: "Cả hai đều dở",
    next: "Câu tiếp theo",
    thanks: "Đã ghi phiếu của bạn. Tổng cộng: {votes} phiếu.",
    empty: "(bài bỏ trống)",
    ask_own: "Tự đặt câu hỏi",
    own_hint: "Hai mô hình sẽ trả lời ngay câu của bạn; có thể phải đợi một lúc.",
    send: "Hỏi",
    loading: "Đang lấy câu hỏi…",
    answering: "Hai mô hình đang trả lời…",
    already_voted: "Lượt này đã được bỏ phiếu rồi. Mời bạn sang câu tiếp theo.",
    unknown_duel: "Không tìm thấy lượt này nữa. Mời bạn sang câu tiếp theo.",
    empty_question: "Bạn chưa viết câu hỏi.",
    long_question: "Câu hỏi dài quá {detail} ký tự. Hãy viết ngắn lại.",
    unanswerable: "Câu hỏi này quá dài đối với mô hình. Hãy viết ngắn lại.",
    failed: "Không liên lạc được với máy chủ. Hãy xem nó còn chạy không rồi tải lại trang.",
    rank: "Hạng",
    model: "Mô hình",
    points: "Điểm",
    balance: "Thắng / hòa / thua",
    length: "Độ dài",
    characters: "{count} ký tự mỗi bài",
    votes: "{votes} phiếu",
    earlier: "bản trước đây, {version}",
    version: "bản {version}",
    few_votes: "Chưa đủ phiếu để xếp hạng: {votes} trên {min_votes}",
    not_connected: "Chưa từng so với các mô hình khác, kể cả gián tiếp",
    one_sided: "Chỉ toàn thắng hoặc toàn thua: điểm thật còn xa hơn nữa",
    no_votes: "Chưa có phiếu nào. Mời bạn mở trang So tài và bỏ phiếu.",
    all_few: "Phiếu còn quá ít để xếp hạng: mỗi mô hình cần ít nhất {min_votes} phiếu.",
    some_few: "Một số mô hình chưa xếp hạng được; lý do ghi dưới tên.",
    overlap: "Số phiếu chưa phân được hơn kém giữa bất kỳ hai mô hình nào.",
    summary: "{votes} phiếu; {both_bad} lần cả hai đều dở. Bài dài hơn được chọn {longer_won} trên {decided} lần.",
    points_note: "Điểm theo mô hình Bradley–Terry trên thang Elo: hơn 400 điểm là thắng 10 lần khi thua 1 lần. Vạch mờ là khoảng tin cậy 95 %. Hạng là một khoảng khi phiếu chưa đủ để phân hơn kém.",
    pairs: "Từng cặp",
    pairs_note: "Phần trăm số lượt mà mô hình ở hàng thắng mô hình ở cột; hòa tính nửa lượt.",
    download: "Tải các phiếu (CSV)",
  },
  en: {
    arena: "arena",
    duel: "Duel",
    leaderboard: "leaderboard",
    other_language: "Tiếng Việt",
    intro: "Two models, names hidden, answer the same question. You learn the names after your vote.",
    question: "Question",
    which: "Which answer is better?",
    left_better: "A is better",
    right_better: "B is better",
    tie: "Equally good",
    both_bad: "Both are bad",
    next: "Next question",
    thanks: "Your vote is stored. Votes so far: {votes}.",
    empty: "(no answer)",
    ask_own: "Ask a question of your own",
    own_hint: "Two models answer it now; this may take a while.",
    send: "Ask",
    loading: "Fetching a question…",
    answering: "Two models are answering…",
    already_voted: "This duel has its vote already. Go on to the next one.",
    unknown_duel: "This duel is no longer known. Go on to the next one.",
    empty_question: "There is no question yet.",
    long_question: "The question is longer than {detail} characters. Please shorten it.",
    unanswerable: "The question is too long for the models. Please shorten it.",
    failed: "The server does not answer. See whether it still runs, then load the page again.",
    rank: "Rank",
    model: "Model",
    points: "Points",
    balance: "Won / tied / lost",
    length: "Length",
    characters: "{count} characters an answer",
    votes: "{votes} votes",
    earlier: "earlier version, {version}",
    version: "version {version}",
    few_votes: "Too few votes to rank: {votes} of {min_votes}",
    not_connected: "Never compared with the others, not even through a third model",
    one_sided: "Has only won or only lost: its true points lie further out",
    no_votes: "Nobody has voted yet. Open the duels and cast the first vote.",
    all_few: "Too few votes to rank anything: each model needs at least {min_votes}.",
    some_few: "Some models cannot be ranked yet; the reason stands below their names.",
    overlap: "The votes do not tell any two models apart yet.",
    summary: "{votes} votes; both were bad {both_bad} times. The longer answer was preferred {longer_won} of {decided} times.",
    points_note: "Bradley–Terry strengths on Elo's scale: 400 points more are ten wins to a loss. The pale bar is the 95 % interval. A rank is a range where the votes do not tell models apart.",
    pairs: "Pair by pair",
    pairs_note: "Per cent of duels that the model of the row won against that of the column; a tie is half a win.",
    download: "Download the votes (CSV)",
  },
};

let language = localStorage.getItem("language");
if (!(language in TEXTS)) language = navigator.language.startsWith("vi") || !navigator.language ? "vi" : "en";

function text(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Fill every element that names its sentence, and call `redraw` for those that a script has written. */
function translate(redraw) {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) {
    const said = text(element.dataset.text);
    element.textContent = element.tagName === "A" || element.tagName === "H1" ? capitalised(said) : said;
  }
  document.getElementById("language").textContent = text("other_language");
  redraw();
}

function capitalised(said) {
  return said.charAt(0).toUpperCase() + said.slice(1);
}

function offerLanguages(redraw) {
  document.getElementById("language").addEventListener("click", () => {
    language = language === "vi" ? "en" : "vi";
    localStorage.setItem("language", language);
    translate(redraw);
  });
  translate(redraw);
}
