// Colours the transcripts by voice. Their text stays as it is: it can be selected, and it is there without this script.
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
      const spoken = /^ {3}(server|client|kernel|you) /.exec(line);
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

  // What is folded on the screen is printed.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((folded) => { folded.open = true; });
  });
})();
