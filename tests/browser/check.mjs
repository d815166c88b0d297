// Looks at the built book as its readers do: in a browser, in every theme, on a narrow screen, with the keyboard.
//
//     node tests/browser/check.mjs book/book
//
// CHROMIUM names the browser where it is not /usr/bin/chromium. Nothing is fetched from outside this machine; a page that
// tries to is a failure.

import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const HOST = "127.0.0.1";
const NARROW = 360;
const VOICES = ["server", "client", "kernel", "you", "error"];
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

async function choose(theme) {
  await page.goto(root);
  await page.evaluate((theme) => localStorage.setItem("mdbook-theme", theme), theme);
  await page.reload();
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

const spoken = new Set();
const withTranscripts = [];
const withDetails = [];
for (const file of pages) {
  await check(`${file} loads, and asks nothing of other machines`, async () => {
    await page.goto(root + file, { waitUntil: "load" });
    if ((await page.locator("code.language-transcript").count()) > 0) withTranscripts.push(file);
    if ((await page.locator("main details").count()) > 0) withDetails.push(file);
    for (const voice of VOICES) {
      if ((await page.locator(`.transcript-${voice}`).count()) > 0) spoken.add(voice);
    }
  });
}

await check("server, client, kernel and errors speak somewhere in the book", () =>
  VOICES.filter((voice) => voice !== "you" && !spoken.has(voice)).map((voice) => `nothing has the voice ${voice}`));

for (const theme of Object.keys(THEMES)) {
  await choose(theme);
  for (const file of withTranscripts) {
    await check(`${file} has its voices' colours in the theme ${theme}`, async () => {
      await page.goto(root + file);
      const chosen = await page.evaluate((theme) => document.documentElement.classList.contains(theme), theme);
      return chosen ? page.evaluate(lookAtTranscripts, [colours(theme), VOICES]) : [`the theme is not ${theme}`];
    });
  }
}

await choose("light");
await page.setViewportSize({ width: NARROW, height: 740 });
// toc.html is the frame of the sidebar for browsers without JavaScript.
for (const file of pages.filter((file) => file !== "toc.html")) {
  await check(`${file} fits ${NARROW} px`, async () => {
    await page.goto(root + file);
    return page.evaluate(lookForOverflow, NARROW);
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

await browser.close();
server.close();
server.closeAllConnections();
console.log(failed === 0 ? "\nAll is well." : `\n${failed} of these checks failed.`);
process.exit(failed === 0 ? 0 : 1);
