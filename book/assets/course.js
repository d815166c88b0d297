// Colours the transcripts by voice, makes tabs of a program in several languages, and helps the keyboard and the printer.
// The text stays as it is: it can be selected, and it is there without this script.
(function () {
  "use strict";

  const OUTCOME = 46; // the column in which what came back begins
  const ERROR = /^[A-Z][a-z]+[A-Za-z]*( \((?:WSA)?E[A-Z]+\))?$/;

  function piece(ink, text) {
    const span = document.createElement("span");
    span.className = "transcript-" + ink;
    span.textContent = text;
    return span;
  }

  function colour(code) {
    let voice = null; // who spoke in the line before
    let mistake = false;
    const pieces = [];
    for (const line of code.textContent.replace(/\n$/, "").split("\n")) {
      const spoken = /^ {3}(server|client|kernel|wire|you) /.exec(line);
      if (spoken) {
        voice = spoken[1];
      } else if (!(voice && line.startsWith(" ".repeat(OUTCOME)))) {
        voice = null;
      }
      mistake = line.startsWith("   ✗") || (mistake && line.startsWith("      "));
      if (voice) {
        const outcome = line.slice(OUTCOME);
        pieces.push(piece(voice, line.slice(0, OUTCOME)), piece(ERROR.test(outcome) ? "error" : voice, outcome));
      } else if (mistake) {
        pieces.push(piece("error", line));
      } else if (/^\d+ {2}|^Lesson \d|^Your turn/.test(line)) {
        pieces.push(piece("title", line));
      } else if (/^ {3}\? {2}/.test(line)) {
        pieces.push(piece("question", line));
      } else {
        pieces.push(document.createTextNode(line));
      }
      pieces.push(document.createTextNode("\n"));
    }
    code.replaceChildren(...pieces);
  }

  document.querySelectorAll("code.language-transcript").forEach(colour);

  // The same program in several languages: tabs, with one choice for all of them, in all chapters. The style sheet shows
  // the language that the page's root names.
  const LANGUAGES = ["Rust", "Python", "C"];
  const root = document.documentElement;

  function choose(language) {
    root.dataset.language = language;
    document.querySelectorAll(".languages [role=tab]").forEach((tab) => {
      const chosen = tab.textContent === language;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
    });
  }

  /** What the reader does; the tab stays where it is, however long the listings above it are now. */
  function take(tab) {
    const before = tab.getBoundingClientRect().top;
    choose(tab.textContent);
    tab.focus({ preventScroll: true });
    window.scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
    try { localStorage.setItem("course-language", tab.textContent); } catch { /* It holds for this page, then. */ }
  }

  document.querySelectorAll(".languages").forEach((block, number) => {
    const panels = [...block.querySelectorAll(":scope > section[data-language]")];
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "Language");
    const tabs = panels.map((panel, at) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.textContent = panel.dataset.language;
      tab.id = `language-${number}-${at}-tab`;
      panel.id = `language-${number}-${at}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => take(tab));
      return tab;
    });
    list.addEventListener("keydown", (event) => {
      const at = tabs.indexOf(event.target);
      const step = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
      if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation(); // mdBook would turn the page.
      take(tabs[step % tabs.length]);
    });
    list.append(...tabs);
    block.prepend(list);
  });
  choose(LANGUAGES.includes(root.dataset.language) ? root.dataset.language : LANGUAGES[0]);

  // What is wider than its place can be scrolled by keyboard, and has a name; what fits is no stop for the Tab key.
  const WIDE = { tabindex: "0", role: "group" };
  function look(box) {
    const wide = box.scrollWidth > box.clientWidth;
    const name = `${box.matches("code") ? "Listing" : "Table"}, wider than the page: scroll it with the arrow keys`;
    for (const [attribute, value] of Object.entries({ ...WIDE, "aria-label": name })) {
      if (wide) box.setAttribute(attribute, value);
      else box.removeAttribute(attribute);
    }
  }
  const boxes = document.querySelectorAll("main pre > code, main .table-wrapper");
  // It tells of each box at first, and again when a fold or a tab shows it.
  const sizes = new ResizeObserver((changed) => changed.forEach(({ target }) => look(target)));
  boxes.forEach((box) => {
    sizes.observe(box);
    box.addEventListener("keydown", (event) => {
      const arrow = event.key === "ArrowLeft" || event.key === "ArrowRight";
      if (arrow && event.target === box) event.stopPropagation(); // mdBook would turn the page.
    });
  });
  document.fonts.ready.then(() => boxes.forEach(look));

  // What is folded on the screen is printed, also where the style sheet cannot do it, and folded again afterwards.
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details:not([open])")];
    unfolded.forEach((folded) => { folded.open = true; });
  });
  window.addEventListener("afterprint", () => {
    unfolded.forEach((folded) => { folded.open = false; });
  });
})();
