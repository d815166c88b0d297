// Looks at the built book as its readers do: in a browser, in every theme, on a narrow screen, with the keyboard, on paper,
// and without JavaScript.
//
//     node tests/browser/check.mjs book/book
//
// CHROMIUM names the browser where it is not /usr/bin/chromium. Nothing is fetched from outside this machine; a page that
// tries to is a failure.

import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";
import { checkReplays } from "./replay.mjs";

const HOST = "127.0.0.1";
const NARROW = 360;
// 1,280 less the bar that scrolls the page.
const DESK = { width: 1265, height: 900 };
// An A4 sheet with margins of 1 cm, at 96 dots an inch.
const PAPER = { width: 718, height: 1047 };
const LANGUAGES = ["Rust", "Python", "C"];

// What somebody types who is lost, and where the first result leads them.
const SEARCHES = {
  "errors.html#addrinuse": [
    "address already in use", "port is taken", "EADDRINUSE", "AddrInUse", "os error 98", "os error 10048",
    "OSError: [Errno 98] Address already in use",
    'called `Result::unwrap()` on an `Err` value: Os { code: 98, kind: AddrInUse, message: "Address already in use" }',
  ],
  "errors.html#addrnotavailable": [
    "address not available", "cannot assign requested address", "Can't assign requested address",
  ],
  "errors.html#badaddress": ["invalid socket address syntax", "failed to lookup address information"],
  "errors.html#brokenpipe": ["broken pipe", "EPIPE", "os error 32", "BrokenPipeError"],
  "errors.html#connectionrefused": [
    "connection refused", "os error 111", "ConnectionRefusedError: [Errno 111] Connection refused",
  ],
  "errors.html#connectionreset": [
    "connection reset by peer", "ConnectionReset", "ECONNRESET", "os error 104", "Connection reset by peer (os error 104)",
  ],
  "errors.html#einprogress": ["operation now in progress"],
  "errors.html#emfile": ["too many open files"],
  "errors.html#interrupted": ["interrupted system call"],
  "errors.html#invaliddata": ["stream did not contain valid UTF-8", "garbled characters"],
  "errors.html#invalidinput": ["invalid argument", "InvalidInput"],
  "errors.html#networkunreachable": ["network is unreachable", "no route to host"],
  "errors.html#notconnected": ["transport endpoint is not connected", "NotConnected"],
  "errors.html#permissiondenied": ["permission denied", "operation not permitted"],
  "errors.html#timedout": ["timed out", "connection timed out", "TimedOut"],
  "errors.html#unexpectedeof": ["failed to fill whole buffer"],
  "errors.html#wouldblock": ["resource temporarily unavailable", "would block", "WouldBlock", "EAGAIN"],
  "stuck.html#hangs": ["my program hangs", "it hangs", "cargo test hangs"],
  "stuck.html#hint": ["how do I get a hint"],
  "stuck.html#it-does-not-compile": ["does not compile", "it does not compile"],
  "stuck.html#not-started": ["not started"],
};
const VOICES = ["server", "client", "kernel", "wire", "you", "error"];
const THEMES = { light: ":root, .light, .rust", rust: ":root, .light, .rust" };
for (const dark of ["coal", "navy", "ayu"]) THEMES[dark] = ".coal, .navy, .ayu";

const TYPES = {
  ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png",
  ".woff2": "font/woff2",
};

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node check.mjs FOLDER, where mdbook has built the book");
  process.exit(2);
}

const files = await readdir(folder, { recursive: true });
const pages = files.filter((file) => file.endsWith(".html")).sort();
const sheets = files.filter((file) => /assets\/course[^/]*\.css$/.test(file));
if (pages.length < 2 || sheets.length !== 1) {
  console.error(`${folder} is no built book: run mdbook build book`);
  process.exit(2);
}
const sheet = await readFile(join(folder, sheets[0]), "utf8");

/** The colours that course.css sets for a theme, as a browser names them. */
function colours(theme) {
  const [, rule] = sheet.split(`${THEMES[theme]} {`);
  if (!rule) throw new Error(`course.css has no rule for ${THEMES[theme]}`);
  const named = {};
  for (const [, name, hex] of rule.split("}")[0].matchAll(/--([\w-]+): #([0-9a-f]{6});/g)) {
    named[name] = `rgb(${hex.match(/../g).map((part) => parseInt(part, 16)).join(", ")})`;
  }
  return named;
}

const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://book").pathname);
  const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
  const body = await readFile(file).catch(() => null);
  // A browser asks for the icon where a page names none, as mdBook's toc.html.
  const missing = path === "/favicon.ico" ? 204 : 404;
  response.writeHead(body ? 200 : missing, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  response.end(body);
});
await new Promise((listens) => server.listen(0, HOST, listens));
const root = `http://${HOST}:${server.address().port}/`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${HOST}`,
  ],
});
const context = await browser.newContext();
// print.html prints itself.
await context.addInitScript(() => { window.print = () => {}; });
const page = await context.newPage();
page.setDefaultTimeout(10_000);

let failed = 0;
let problems = [];
page.on("console", (message) => {
  if (message.type() === "error") problems.push(`the console says: ${message.text()}`);
});
page.on("pageerror", (error) => problems.push(`a script fails: ${error.message}`));
page.on("response", (response) => {
  if (response.status() >= 400) problems.push(`${response.url()} answers ${response.status()}`);
});
page.on("request", (request) => {
  const url = new URL(request.url());
  if (!["data:", "blob:"].includes(url.protocol) && url.hostname !== HOST) problems.push(`it asks for ${url}`);
});

/** One check, one line; what the page itself complains of meanwhile counts too. */
async function check(what, look) {
  problems = [];
  try {
    problems.push(...((await look()) ?? []));
  } catch (error) {
    problems.push(error.message.split("\n")[0]);
  }
  // A hundred times the same is one problem.
  const sentences = [...new Set(problems)];
  if (sentences.length > 0) failed += 1;
  console.log(sentences.length === 0 ? `ok      ${what}` : `FAILED  ${what}: ${sentences.join("; ")}`);
}

/** Waits for something, and says in words what did not come. */
async function expect(what, comes) {
  return comes.catch((error) => {
    throw error.name === "TimeoutError" ? new Error(`${what}, and did not within 10 s`) : error;
  });
}

/** Chooses a theme as a reader does. Its colours for listings come in a file of their own. */
async function choose(theme) {
  await page.evaluate((theme) => document.getElementById(`mdbook-theme-${theme}`).click(), theme);
  await page.waitForFunction((theme) => {
    const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
    return document.documentElement.classList.contains(theme) && sheets.every((sheet) => sheet.disabled || sheet.sheet);
  }, theme);
}

/** What is wrong with the transcripts of the page that is open. */
function lookAtTranscripts([colours, voices]) {
  const problems = [];
  for (const code of document.querySelectorAll("code.language-transcript")) {
    const first = code.textContent.trim().split("\n")[0];
    const plain = getComputedStyle(code);
    if (!code.querySelector("[class^=transcript-]")) problems.push(`nothing is coloured in “${first}”`);
    if (code.textContent.includes("{{#")) problems.push(`an include was not found: ${first}`);
    const expected = [["the text", plain.color, "transcript-fg"]];
    expected.push(["the ground", plain.backgroundColor, "transcript-bg"]);
    for (const voice of voices) {
      for (const span of code.querySelectorAll(`.transcript-${voice}`)) {
        const colour = getComputedStyle(span).color;
        expected.push([`the voice ${voice}`, colour, voice]);
        if (colour === plain.color) problems.push(`the voice ${voice} looks like plain text in “${first}”`);
      }
    }
    for (const [what, colour, name] of expected) {
      if (colour === colours[name]) continue;
      problems.push(`${what} is ${colour} in “${first}”, and not --${name}, ${colours[name]}`);
    }
  }
  return problems;
}

/** The links of the page that is open which cannot be read, or are told from the text by their colour alone. */
function lookAtLinks() {
  // `rgb(23, 79, 124)`; a mixed colour is `color(srgb 0.09 0.31 0.49)`.
  const numbers = (colour) => {
    const parts = colour.match(/[\d.]+/g).map(Number);
    return colour.startsWith("color(") ? parts.map((part, at) => (at < 3 ? part * 255 : part)) : parts;
  };
  // Relative luminance and contrast ratio, as WCAG 2.2 has them.
  const luminance = (colour) => {
    const [red, green, blue] = numbers(colour).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one) + 0.05, luminance(other) + 0.05].sort((one, other) => one - other);
    return light / dark;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (numbers(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const problems = [];
  for (const link of document.querySelectorAll("main a:not(.header)")) {
    for (const element of [link, ...link.querySelectorAll("*")]) {
      const ratio = contrast(getComputedStyle(element).color, ground(element));
      if (ratio < 4.5) problems.push(`the link “${link.textContent}” has a contrast of ${ratio.toFixed(2)}`);
    }
    const { textDecorationLine, borderBottomStyle } = getComputedStyle(link);
    if (textDecorationLine !== "underline" && borderBottomStyle === "none" && !link.querySelector("img, svg")) {
      problems.push(`the link “${link.textContent}” is not underlined`);
    }
  }
  return problems.slice(0, 5);
}

/** The listings of the page that is open which are wider than their place, folded ones and other languages included. */
function lookAtListings(languages) {
  document.querySelectorAll("details").forEach((folded) => { folded.open = true; });
  const wide = new Set();
  for (const language of languages) {
    document.documentElement.dataset.language = language;
    for (const box of document.querySelectorAll("main pre, main pre > code")) {
      if (box.scrollWidth > box.clientWidth) wide.add(`a listing is too wide: ${box.textContent.trim().split("\n")[0]}`);
    }
  }
  return [...wide];
}

/** What of the page that is open cannot be scrolled by keyboard, or has no name, or is a stop for nothing. */
async function lookAtScrolling() {
  // What has become visible is looked at before the next frame.
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const problems = [];
  for (const box of document.querySelectorAll("main pre > code, main .table-wrapper")) {
    const wide = box.scrollWidth > box.clientWidth;
    const stops = box.tabIndex === 0 && box.role !== null && box.ariaLabel !== null;
    const text = box.textContent.trim().split("\n")[0];
    if (wide && !stops) problems.push(`“${text}” cannot be scrolled by keyboard`);
    if (!wide && box.hasAttribute("tabindex")) problems.push(`“${text}” is a stop for the Tab key, and need not be`);
  }
  return problems;
}

/** What a sheet of paper would not show, and the figures for which more than half of one may stay empty. */
function lookAtPaper(height) {
  const problems = [];
  const hidden = (element) => !element.checkVisibility({ contentVisibilityAuto: true });
  const main = document.querySelector("main");
  for (const element of main.querySelectorAll("details *, .languages > section, .languages > section *")) {
    if (hidden(element)) problems.push(`not printed: “${element.textContent.trim().split("\n")[0]}”`);
  }
  for (const figure of main.querySelectorAll("figure")) {
    const { height: own, bottom } = figure.getBoundingClientRect();
    const onFirstPage = bottom - main.getBoundingClientRect().top < height;
    if (own > height / 2 && !onFirstPage) problems.push(`a figure is ${Math.round(own)} px high: ${figure.textContent.trim()}`);
  }
  return problems.slice(0, 5);
}

/** What is wider than the page that is open. mdBook cuts off what overflows, so that the page's own width tells little:
    each element is asked too. Listings and tables may scroll inside themselves. */
function lookForOverflow(width) {
  document.querySelectorAll("details").forEach((folded) => { folded.open = true; });
  const problems = [];
  const whole = document.scrollingElement.scrollWidth;
  if (whole > width) problems.push(`it is ${whole} px wide`);
  const scrolls = (element) => element.closest("pre, .table-wrapper");
  for (const element of document.querySelectorAll("main, main *")) {
    if (scrolls(element.parentElement) || element.closest("svg svg, svg *")) continue;
    const { left, right, width: own } = element.getBoundingClientRect();
    if (own > 1 && (right > width + 1 || left < -1)) {
      const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
      const name = element.tagName.toLowerCase();
      problems.push(`<${name}> “${text}” reaches from ${Math.round(left)} to ${Math.round(right)} px`);
    }
  }
  return problems.slice(0, 5);
}

/** The sentences of a page's answers that can be read above their question, with all that is folded closed. `before` is
    the text of the pages that stand before the lessons. */
function lookForAnswersAbove(before) {
  document.querySelectorAll("main details").forEach((folded) => { folded.open = false; });
  const words = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, " ").trim();
  const isShown = (text) => text.parentElement.checkVisibility() && !text.parentElement.closest("script, style");
  const problems = [];
  for (const question of document.querySelectorAll("main .question")) {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let above = before;
    while (walker.nextNode() && !question.contains(walker.currentNode)) {
      if (isShown(walker.currentNode)) above += walker.currentNode.data;
    }
    const known = ` ${words(above)} `;
    for (const answer of question.querySelectorAll("details > p")) {
      for (const sentence of answer.textContent.replace(/^(Right|Not so): /, "").split(/(?<=[.:;])\s+/)) {
        const said = words(sentence);
        if (said.split(" ").length > 3 && known.includes(` ${said} `)) problems.push(`“${sentence}” stands above its question`);
      }
    }
  }
  return problems;
}

const spoken = new Set();
const withDetails = [];
const withLanguages = [];
// toc.html is the frame of the sidebar for browsers without JavaScript.
const chapters = pages.filter((file) => file !== "toc.html");
await page.setViewportSize(DESK);
for (const file of pages) {
  await check(`${file} loads, and asks nothing of other machines`, async () => {
    await page.goto(root + file, { waitUntil: "load" });
    if ((await page.locator("main details").count()) > 0) withDetails.push(file);
    if ((await page.locator(".languages").count()) > 0) withLanguages.push(file);
    for (const voice of VOICES) {
      if ((await page.locator(`.transcript-${voice}`).count()) > 0) spoken.add(voice);
    }
  });
  if (!chapters.includes(file)) continue;
  await check(`${file} has links that can be read and its voices' colours, in every theme`, async () => {
    const problems = [];
    for (const theme of Object.keys(THEMES)) {
      await choose(theme);
      const found = [await page.evaluate(lookAtTranscripts, [colours(theme), VOICES]), await page.evaluate(lookAtLinks)];
      problems.push(...found.flat().map((problem) => `${theme}: ${problem}`));
    }
    return problems;
  });
  await check(`${file} has no listing that scrolls sideways at 1,280 px`, async () => {
    await page.evaluate(() => document.fonts.ready);
    return page.evaluate(lookAtListings, LANGUAGES);
  });
}

await check("server, client, kernel, wire and errors speak somewhere in the book", () =>
  VOICES.filter((voice) => voice !== "you" && !spoken.has(voice)).map((voice) => `nothing has the voice ${voice}`));

await page.setViewportSize({ width: NARROW, height: 740 });
for (const file of chapters) {
  await check(`${file} fits ${NARROW} px, and what is wider scrolls by keyboard`, async () => {
    await page.goto(root + file);
    await page.evaluate(() => document.fonts.ready);
    const problems = await page.evaluate(lookForOverflow, NARROW);
    problems.push(...(await page.evaluate(lookAtScrolling)));
    const wide = page.locator("main pre > code[tabindex]:visible").first();
    if ((await wide.count()) === 0) return problems;
    await wide.focus();
    await page.keyboard.press("ArrowRight");
    const box = await wide.elementHandle();
    await expect("→ should scroll a listing", page.waitForFunction((box) => box.scrollLeft > 0, box));
    if (!page.url().endsWith(file)) problems.push("→ in a listing turned the page");
    return problems;
  });
}
await page.setViewportSize({ width: 1200, height: 900 });

for (const file of withDetails) {
  await check(`${file} unfolds and folds by keyboard`, async () => {
    await page.goto(root + file);
    const folded = page.locator("main details:not([open])").first();
    const summary = await folded.locator("summary").first().elementHandle();
    const isOpen = (open) =>
      page.waitForFunction(([summary, open]) => summary.parentElement.open === open, [summary, open]);
    await summary.focus();
    for (const open of [true, false]) {
      await page.keyboard.press("Enter");
      await expect(`Enter on its first summary should ${open ? "unfold" : "fold"} it`, isOpen(open));
    }
  });
}

// What a reader has in front of them before the lessons begin.
let before = "";
for (const file of ["welcome.html", "words.html"]) {
  await page.goto(root + file);
  before += await page.locator("main").innerText();
}
for (const file of pages.filter((file) => /^lesson\d/.test(file))) {
  await check(`${file} answers no question above the place where it is asked`, async () => {
    await page.goto(root + file);
    const questions = await page.locator("main .question").count();
    return questions > 0 ? page.evaluate(lookForAnswersAbove, before) : ["it asks nothing"];
  });
}

for (const word of ["TIME_WAIT", "accept"]) {
  await check(`the search finds ${word}, and its first result opens`, async () => {
    await page.goto(root);
    await page.keyboard.press("s");
    const bar = page.locator("#mdbook-searchbar");
    await expect("the key s should open the search", bar.waitFor({ state: "visible" }));
    await bar.pressSequentially(word);
    const first = page.locator("#mdbook-searchresults li a").first();
    await expect("a result should come", first.waitFor({ state: "visible" }));
    await first.click();
    await expect("its page should open", page.waitForURL((url) => url.search.includes("highlight=")));
    await expect("its page should mark the word", page.locator("main mark").first().waitFor({ state: "attached" }));
  });
}

await check("the search leads who is lost to the errors or to “When you are stuck”", async () => {
  await page.goto(`${root}welcome.html`);
  await page.keyboard.press("s");
  const bar = page.locator("#mdbook-searchbar");
  await expect("the key s should open the search", bar.waitFor({ state: "visible" }));
  const problems = [];
  for (const [wanted, searches] of Object.entries(SEARCHES)) {
    for (const words of searches) {
      await bar.fill(words);
      await bar.press("End");
      const header = page.locator("#mdbook-searchresults-header", { hasText: `'${words}'` });
      await expect(`“${words}” should be searched for`, header.waitFor({ state: "visible" }));
      const href = await page.locator("#mdbook-searchresults li a").first().getAttribute("href");
      const first = href.replace(/\?[^#]*/, "");
      if (first !== wanted) problems.push(`“${words}” leads to ${first}, and not to ${wanted}`);
    }
  }
  return problems;
});

for (const file of withLanguages) {
  await check(`${file} shows one language at a time, chosen by mouse or keyboard, and keeps the choice`, async () => {
    const problems = [];
    const shown = async () => {
      const seen = await page.locator(".languages > section:visible").evaluateAll((all) => all.map((one) => one.dataset.language));
      return [...new Set(seen)].join(", ");
    };
    const expects = async (when, language) => {
      const seen = await shown();
      const tabs = await page.locator(".languages [role=tab][aria-selected=true]").allTextContents();
      if (seen !== language || tabs.some((tab) => tab !== language)) problems.push(`${when}: ${seen}; the tabs say ${tabs}`);
    };
    await page.goto(root + file);
    await page.evaluate(() => localStorage.removeItem("course-language"));
    await page.reload();
    await expects("at first", "Rust");
    const last = page.locator(".languages [role=tablist]").last();
    await last.getByRole("tab", { name: "Python" }).click();
    await expects("after a click", "Python");
    const before = await last.boundingBox();
    await page.keyboard.press("ArrowRight");
    await expects("after →", "C");
    const after = await last.boundingBox();
    if (Math.abs(before.y - after.y) > 1) problems.push(`the tabs jump from ${before.y} to ${after.y} px`);
    if (!page.url().endsWith(file)) problems.push("→ in the tabs turned the page");
    await page.reload();
    await expects("after a reload", "C");
    await page.locator(".languages [role=tab][aria-selected=true]").first().focus();
    await page.keyboard.press("Home");
    await expects("after Home", "Rust");
    return problems;
  });
}

// Without JavaScript, for a reader who likes it dark: on the screen, and on paper.
const plain = await browser.newContext({ javaScriptEnabled: false, colorScheme: "dark", viewport: PAPER });
const plainPage = await plain.newPage();
for (const file of chapters.filter((file) => file !== "print.html")) {
  await check(`${file} can be read without JavaScript, and printed with all that is folded`, async () => {
    await plainPage.emulateMedia({ media: "screen" });
    await plainPage.goto(root + file);
    const problems = await plainPage.evaluate(lookAtLinks);
    await plainPage.emulateMedia({ media: "print" });
    problems.push(...(await plainPage.evaluate(lookAtLinks)), ...(await plainPage.evaluate(lookAtPaper, PAPER.height)));
    return problems;
  });
}

await checkReplays({ browser, page, root, folder, check, choose, themes: Object.keys(THEMES), overflow: lookForOverflow });

await browser.close();
server.close();
server.closeAllConnections();
console.log(failed === 0 ? "\nAll is well." : `\n${failed} of these checks failed.`);
process.exit(failed === 0 ? 0 : 1);
