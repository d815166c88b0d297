// The replay: the captured story of a lesson's run, to be stepped through. What the reader has not come to yet is not in the
// page. The story is the JSON inside .replay; the rest of .replay is for readers without this script, and for paper.
(function () {
  "use strict";

  // All words that the story itself does not bring.
  const SAYS = {
    lanes: { client: "client", wire: "wire", kernel: "kernel, both ends", server: "server" },
    stage: (story) => `Replay of lesson ${story.lesson}`,
    keys: "Click here, then → goes on, ← back, and a letter answers. Names stand for addresses; seq counts each side's bytes from 0.",
    place: (step, all) => `Step ${step} of ${all}`,
    link: "Link to this step",
    buttons: { start: "From the start", back: "Back", next: "Next", step: "Whole step", end: "To the end" },
    unguessed: "Go on without a guess",
    predict: "Predict",
    right: "Right:",
    wrong: "Not so:",
    chosen: "your choice",
    asYouSaid: (answer) => `${answer.right}) ${answer.text}, as you said.`,
    answer: (answer) => `${answer.right}) ${answer.text}: ${answer.why}`,
    end: "That was the whole run.",
    bytes: (count) => (count === 1 ? "1 byte" : `${count} bytes`),
    again: "again",
    numbers: (segment) =>
      `seq ${segment.sequence}` + (segment.acknowledgement === null ? "" : `, ack ${segment.acknowledgement}`),
    noSocket: "no such socket",
    waiting: (count) => `${count} waiting`,
    backlog: (count) => `backlog ${count}`,
    unread: (count) => `${SAYS.bytes(count)} unread`,
    was: (count) => `was ${count}`,
  };

  const MOST_PLACES = 12; // of a queue are drawn; a longer one is a number
  const MOST_TEXT = 40; // letters of a segment's bytes are shown
  const MOMENT = 500; // ms in which a second click on Next does not pass a question that the first has brought

  // ---- the story: a list of entries becomes steps, and each step a list of beats ----

  /** One press of Next shows one beat: a call with its segments, what the kernel shows, a question, or what it means. */
  function beatsOf(story) {
    const beats = [];
    let step = null;
    let open = null; // the beat that the next entry may still belong to
    const turn = story.entries.findIndex((entry) => entry.entry === "turn");
    for (const entry of turn < 0 ? story.entries : story.entries.slice(0, turn)) {
      const kind = kindOf(entry);
      if (kind === "step") {
        step = entry;
        open = null;
      } else if (kind && open && belongs(kind, open)) {
        open.entries.push(entry);
      } else if (kind) {
        open = { kind, step, first: beats.at(-1)?.step !== step, entries: [entry] };
        beats.push(open);
      }
    }
    return beats;
  }

  function kindOf({ entry, voice }) {
    if (entry === "socket" || (entry === "call" && voice === "kernel")) return "kernel";
    return ["step", "call", "segment", "question", "answer", "meaning", "skipped"].includes(entry) ? entry : null;
  }

  function belongs(kind, { kind: open }) {
    return (kind === "segment" && (open === "call" || open === "segment")) || (kind === "kernel" && open === "kernel");
  }

  // ---- drawing: a function for each kind of beat ----

  /** An element with a class, and with elements or texts in it. */
  function make(tag, name, ...content) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...content.filter((each) => each !== null && each !== undefined && each !== ""));
    return element;
  }

  /** A text in which `code` stands between backticks. */
  const withCode = (text) => text.split("`").map((part, place) => (place % 2 ? make("code", "", part) : part));

  const heardOnly = (text) => make("span", "r-heard", text);

  function seenOnly(element) {
    element.setAttribute("aria-hidden", "true");
    return element;
  }

  const speaker = (voice) => make("span", "r-who", voice, heardOnly(": "));

  function outcomeOf({ outcome, error }) {
    const name = error?.name ? make("small", "", ` (${error.name})`) : null;
    return make("span", error ? "r-outcome r-error" : "r-outcome", error ? error.kind : outcome, name, heardOnly(". "));
  }

  function drawCall([call, ...segments]) {
    const box = make("div", `r-beat r-call r-by-${call.voice}`);
    box.append(make("div", "r-said", speaker(call.voice), make("code", "", call.call), heardOnly(". ")));
    if (segments.length > 0) box.append(drawSegments(segments));
    const outcome = outcomeOf(call);
    outcome.style.setProperty("--turn", segments.length);
    box.append(outcome);
    return box;
  }

  function drawSegments(segments) {
    return make("ul", "r-wire", ...segments.map(drawSegment));
  }

  /** In the wire's lane the client's end is on the left, the server's on the right. */
  function drawSegment(segment, turn) {
    const toRight = !isServer(segment.from);
    const row = make("li", toRight ? "r-segment" : "r-segment r-to-left");
    row.style.setProperty("--turn", turn);
    const flags = make("b", "", segment.flags.join(", "));
    const bytes = segment.length > 0 ? make("span", "r-bytes", SAYS.bytes(segment.length), " ", textOf(segment)) : null;
    const again = segment.again ? make("em", "", SAYS.again) : null;
    const label = make("span", "r-label", flags, bytes && heardOnly(", "), bytes, again && heardOnly(", "), again);
    const ends = [segment.from, SAYS.numbers(segment), segment.to];
    row.append(
      heardOnly(`${SAYS.lanes.wire}: ${segment.from} → ${segment.to}, `), label, heardOnly(". "),
      seenOnly(make("span", "r-arrow")),
      seenOnly(make("span", "r-ends", ...(toRight ? ends : ends.reverse()).map((text) => make("span", "", text)))),
    );
    return row;
  }

  const isServer = (name) => name.includes("server");

  /** What has no sign of its own stands there as in a Rust literal. */
  const escaped = (text) => JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/\\u00(..)/g, "\\x$1");

  function textOf({ text, hex }) {
    const shown = text === null || text === undefined ? hex.replace(/../g, "$& ").trim() : escaped(text);
    return make("code", "", shown.length > MOST_TEXT ? `${shown.slice(0, MOST_TEXT)}…` : shown);
  }

  /** `before` gives the row that was shown last of the same socket, so that a change is seen. */
  function drawKernel(entries, before) {
    const cards = entries.map((entry) => (entry.entry === "socket" ? drawSocket(entry, before(entry)) : drawFact(entry)));
    return make("div", "r-beat r-kernel", ...cards);
  }

  function drawFact(fact) {
    return make("div", "r-card", speaker("kernel"), make("span", "r-name", fact.call), heardOnly(": "), outcomeOf(fact));
  }

  function drawSocket(row, before) {
    const peer = row.peer ? make("span", "r-peer", ` → ${row.peer}`) : null;
    const state = make("span", "r-state", row.state ?? SAYS.noSocket);
    if (!before || before.state !== row.state) state.classList.add("r-new");
    const card = make("div", "r-card", speaker("kernel"), make("span", "r-name", row.local, peer), heardOnly(": "), state);
    const told = ["waiting", "backlog", "unread"].filter((what) => what in row && (what !== "unread" || row.unread || before?.unread));
    const numbers = told.map((what) => drawNumber(what, row[what], before?.[what] ?? row[what]));
    if (numbers.length > 0) card.append(make("span", "r-numbers", ...numbers));
    card.append(heardOnly(". "), ...drawPlaces(row));
    return card;
  }

  function drawNumber(what, number, old) {
    const note = make("span", "r-number", heardOnly(", "), SAYS[what](number));
    if (number !== old) {
      note.classList.add("r-new");
      note.append(make("small", "", heardOnly(", "), SAYS.was(old)));
    }
    return note;
  }

  /** The places of an accept queue, and which of them are taken. It holds one more than the backlog says. */
  function drawPlaces({ waiting, backlog }) {
    const places = backlog + 1;
    if (waiting === undefined || places > MOST_PLACES) return [];
    const all = Array.from({ length: places }, (_, place) => make("i", place < waiting ? "r-taken" : ""));
    return [seenOnly(make("span", "r-queue", ...all))];
  }

  /** `lead` is what the chapter says before it asks. */
  function drawQuestion([question], lead, id, choose) {
    const prompt = make("p", "r-prompt", make("span", "r-predict", SAYS.predict), heardOnly(": "), ...withCode(question.prompt));
    prompt.id = id;
    const buttons = question.answers.map((answer, place) => {
      const button = make("button", "r-answer", make("kbd", "", letter(place)), answer.text);
      button.type = "button";
      button.addEventListener("click", () => choose(letter(place)));
      return button;
    });
    const box = make("div", "r-beat r-question", ...lead, prompt, make("div", "r-answers", ...buttons));
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", id);
    // The box takes the focus, not its first answer: a key that is held down must choose nothing.
    box.tabIndex = -1;
    return box;
  }

  const letter = (place) => "abcd"[place];

  /** In place of the buttons: what was chosen, and what there is to say to that. Without a choice nothing is said. */
  function closeQuestion(box, question, choice) {
    const list = question.answers.map((answer, place) => {
      const chosen = letter(place) === choice;
      const note = chosen ? make("small", "", SAYS.chosen) : null;
      const verdict = letter(place) === question.right ? "r-right" : "r-wrong";
      return make("li", chosen ? `r-answer ${verdict}` : "r-answer", make("kbd", "", letter(place)), answer.text, note);
    });
    box.querySelector(".r-answers").replaceWith(make("ul", "r-answers", ...list));
    box.classList.add("r-closed");
    if (choice === null) return;
    const { why } = question.answers["abcd".indexOf(choice)];
    const verdict = choice === question.right ? SAYS.right : SAYS.wrong;
    box.append(make("p", "r-why", make("strong", "", verdict), " ", ...withCode(why)));
  }

  /** What a screen reader says of an element. */
  function words(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("[aria-hidden], button").forEach((silent) => silent.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  // ---- the player ----

  function play(root) {
    const story = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const beats = beatsOf(story);
    const steps = [...new Set(beats.map((beat) => beat.step))];
    const shown = []; // the beats that are in the page, in order: { beat, element }
    let asked = null; // the last of them, where it is a question that waits for a choice
    const choices = new Map(); // what the reader chose at a question; for this visit alone

    const list = make("ol", "r-steps");
    const status = make("p", "r-heard");
    status.setAttribute("role", "status");
    const buttons = {};
    for (const [name, sign] of Object.entries({ start: "⇤", back: "←", next: "→", step: "↠", end: "⇥" })) {
      const button = make("button", `r-go-${name}`, seenOnly(make("span", "r-sign", sign)), make("span", "r-text", SAYS.buttons[name]));
      button.type = "button";
      button.title = SAYS.buttons[name];
      button.addEventListener("click", () => press(name));
      buttons[name] = button;
    }
    const links = steps.map((step) => {
      const link = make("a", "", String(step.number));
      link.href = `#${idOf(step)}`;
      link.setAttribute("aria-label", SAYS.place(step.number, steps.length));
      link.addEventListener("click", (event) => {
        event.preventDefault(); // or the focus would leave the stage, and the keys with it
        history.pushState(null, "", link.href);
        toStep(step);
      });
      return link;
    });
    const lanes = seenOnly(make("div", "r-lanes", ...Object.entries(SAYS.lanes).map(([lane, word]) => make("span", `r-lane-${lane}`, word))));
    const bar = make("div", "r-bar", make("nav", "r-links", ...links), make("div", "r-buttons", ...Object.values(buttons)));
    bar.firstChild.setAttribute("aria-label", "Steps");
    const keys = seenOnly(make("p", "r-keys", SAYS.keys));
    const stage = make("div", "replay-stage", lanes, list, bar, keys, status);
    stage.setAttribute("role", "region");
    stage.setAttribute("aria-label", SAYS.stage(story));
    stage.tabIndex = 0;

    function idOf(step) {
      return `step-${step.number}`;
    }

    /** Puts the next beat into the page; gives back what there is to say of it. */
    function show() {
      const beat = beats[shown.length];
      if (beat.first) {
        const title = make("h3", "r-title", make("span", "r-count", String(beat.step.number)), " ", beat.step.title);
        const step = make("li", "r-step", title);
        step.id = idOf(beat.step);
        list.append(step);
      }
      const element = draw(beat);
      list.lastChild.append(element);
      shown.push({ beat, element });
      asked = beat.kind === "question" ? { ...shown.at(-1), since: performance.now() } : null;
      const title = beat.first ? `${SAYS.place(beat.step.number, steps.length)}: ${beat.step.title} ` : "";
      // A question is not said: it gets the focus, and then the screen reader says it.
      return title + (asked ? leadOf(beat.entries[0]).map(words).join(" ") : words(element));
    }

    function draw(beat) {
      const { kind, entries } = beat;
      if (kind === "call") return drawCall(entries);
      if (kind === "segment") return make("div", "r-beat r-call", drawSegments(entries));
      if (kind === "kernel") return drawKernel(entries, lastRowOf);
      if (kind === "question") return drawQuestion(entries, leadOf(entries[0]), `${idOf(beat.step)}-question-${shown.length}`, choose);
      if (kind === "answer") return make("p", "r-beat r-meaning", ...withCode(tell(entries[0])));
      return make("p", "r-beat r-meaning", ...withCode(entries[0].text));
    }

    /** What stands before the same question in the text for readers without this script: copies of it. */
    function leadOf({ prompt }) {
      const questions = [...root.querySelectorAll(":scope > .question")];
      const lead = [];
      const plain = (text) => text.trim().replace(/['"’“”`]/g, ""); // mdBook sets other quotation marks
      let element = questions.find(({ textContent }) => plain(textContent).startsWith(plain(prompt)))?.previousElementSibling;
      while (element?.matches("p, ul, ol")) {
        lead.unshift(element.cloneNode(true));
        element = element.previousElementSibling;
      }
      return lead;
    }

    /** The right answer. Who chose it has read its reason already. */
    function tell(answer) {
      const question = beats.slice(0, shown.length).findLast((beat) => isAnsweredBy(beat, answer));
      return choices.get(question) === answer.right ? SAYS.asYouSaid(answer) : SAYS.answer(answer);
    }

    function isAnsweredBy({ kind, entries: [question] }, answer) {
      return kind === "question" && question.answers.some(({ why }) => why === answer.why);
    }

    function lastRowOf(row) {
      const rows = shown.flatMap(({ beat }) => beat.entries);
      return rows.findLast((past) => past.entry === "socket" && past.local === row.local && past.peer === row.peer);
    }

    function hide() {
      const { beat, element } = shown.pop();
      if (element.contains(document.activeElement)) stage.focus({ preventScroll: true });
      (beat.first ? element.parentNode : element).remove();
      asked = null;
    }

    /** A question on the way has to be answered, or passed, before anything else is shown. */
    function close(choice) {
      const { beat, element } = asked;
      asked = null;
      choices.set(beat, choice);
      closeQuestion(element, beat.entries[0], choice);
      return choice === null ? "" : words(element.lastChild);
    }

    function choose(choice) {
      const said = close(choice);
      buttons.next.focus({ preventScroll: true });
      settle(said);
    }

    function goTo(count) {
      while (shown.length > count) hide();
      while (shown.length < count) {
        if (asked) close(null);
        show();
      }
    }

    function toStep(step) {
      goTo(beats.findIndex((beat) => beat.step === step) + 1);
      settle(`${SAYS.place(step.number, steps.length)}: ${step.title}`);
      if (!asked) stage.focus({ preventScroll: true });
      document.getElementById(idOf(step)).scrollIntoView({ block: "start" });
    }

    const actions = {
      start: () => { goTo(1); settle(SAYS.place(1, steps.length)); list.scrollIntoView({ block: "start" }); },
      back: () => { if (!isAnswered(shown.at(-1))) hide(); reopen(); settle(SAYS.place(shown.at(-1).beat.step.number, steps.length)); },
      next: () => settle(asked ? close(null) : show()),
      step: () => settle(restOfStep()),
      end: () => { goTo(beats.length); if (asked) close(null); settle(""); },
    };

    const isAnswered = ({ beat }) => beat.kind === "question" && !asked;

    /** Back at a question, the reader may choose again. */
    function reopen() {
      if (shown.at(-1).beat.kind !== "question") return;
      hide();
      show();
    }

    /** On to the end of this step, or of the next one, but not past a question. */
    function restOfStep() {
      const said = asked ? [close(null)] : [];
      const step = beats[shown.length]?.step;
      while (!asked && beats[shown.length]?.step === step && shown.length < beats.length) said.push(show());
      return said.join(" ");
    }

    function press(name) {
      const tooSoon = asked && (name === "next" || name === "step") && performance.now() - asked.since < MOMENT;
      if (!tooSoon && buttons[name].getAttribute("aria-disabled") !== "true") actions[name]();
    }

    /** After every change: what the buttons can do, what is said, where the focus is, and that the newest can be seen. */
    function settle(said, isFirst) {
      const last = shown.at(-1);
      const over = shown.length === beats.length && !asked;
      shown.forEach(({ element }) => element.classList.toggle("r-now", element === last.element));
      stage.classList.toggle("r-asking", asked !== null);
      buttons.next.lastChild.textContent = asked ? SAYS.unguessed : SAYS.buttons.next;
      // Not `disabled`: such a button loses the focus, and with it the keys.
      for (const [name, button] of Object.entries(buttons)) {
        button.setAttribute("aria-disabled", name === "start" || name === "back" ? shown.length === 1 : over);
      }
      links.forEach((link, place) => {
        const here = steps[place] === last.beat.step;
        link.classList.toggle("r-past", steps[place].number < last.beat.step.number);
        if (here) link.setAttribute("aria-current", "step");
        else link.removeAttribute("aria-current");
      });
      if (isFirst) return; // A page that has just been opened stays where it is.
      if (asked) asked.element.focus({ preventScroll: true });
      const text = over ? `${said} ${SAYS.end}` : said;
      setTimeout(() => { status.textContent = text; }, 50); // behind what the focus has to say
      last.element.scrollIntoView({ block: "nearest", behavior: isCalm.matches ? "auto" : "smooth" });
    }

    const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)");

    stage.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const choice = asked?.beat.entries[0].answers.find((_, place) => letter(place) === event.key);
      const name = keyOf(event);
      if (choice) choose(event.key);
      else if (!name) return;
      // A question is passed by its button only: not by a key that was pressed once too often.
      else if (!asked || (name !== "next" && name !== "step")) press(name);
      event.preventDefault();
      event.stopPropagation(); // mdBook's own arrow keys turn the page.
    });

    function keyOf({ key, shiftKey, target }) {
      if (key === " ") return target.closest("button, a") ? null : "next";
      if (key === "ArrowRight") return shiftKey ? "step" : "next";
      return { ArrowLeft: "back", Home: "start", End: "end" }[key];
    }

    function follow() {
      const step = steps.find((each) => location.hash === `#${idOf(each)}`);
      if (step) toStep(step);
    }

    goTo(1);
    settle("", true);
    root.append(stage);
    root.classList.add("replay-on");
    window.addEventListener("hashchange", follow);
    follow();
    keepBelowMenu(lanes);
  }

  /** mdBook's menu bar comes and goes while the page scrolls; the lanes' names stay below it. */
  function keepBelowMenu(lanes) {
    const menu = document.getElementById("mdbook-menu-bar");
    const place = () => { lanes.style.top = `${Math.max(0, menu?.getBoundingClientRect().bottom ?? 0)}px`; };
    window.addEventListener("scroll", place, { passive: true });
    place();
  }

  const replays = document.querySelectorAll(".replay");
  // The page that is made for the printer has all chapters: nobody plays there.
  if (replays.length === 1) {
    try {
      play(replays[0]);
    } catch (error) {
      console.error(error); // The reader has the transcripts.
    }
  }
})();
