// Plays the replay of each lesson's chapter: to its end, by keyboard, with each answer to each question, and holds what is
// shown against the story that the page brings.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LETTERS = "abcd";

/** What a page has to show of its story, in its order: a text for each thing that an entry tells. */
function textsOf(story) {
  const turn = story.entries.findIndex(({ entry }) => entry === "turn");
  const texts = [];
  let outcome = []; // told when the segments have been told
  for (const entry of story.entries.slice(0, turn)) {
    if (entry.entry !== "segment") texts.push(...outcome.splice(0));
    if (entry.entry === "step") texts.push(String(entry.number), entry.title);
    if (entry.entry === "call") {
      texts.push(entry.call);
      outcome = entry.error ? [entry.error.kind, entry.error.name].filter(Boolean) : [entry.outcome];
    }
    if (entry.entry === "segment") {
      texts.push(`${entry.from} → ${entry.to}`, entry.flags.join(", "));
      if (entry.length > 0) texts.push(`${entry.length} byte`);
      if (entry.again) texts.push("again");
    }
    if (entry.entry === "socket") {
      texts.push(entry.local, ...(entry.peer ? [entry.peer] : []), entry.state ?? "no such socket");
      if (entry.unread > 0) texts.push(`${entry.unread} byte`);
      if (entry.state === "LISTEN") texts.push(`${entry.waiting} waiting`, `backlog ${entry.backlog}`);
    }
    if (entry.entry === "question") texts.push(entry.prompt, ...entry.answers.map(({ text }) => text));
    if (entry.entry === "answer") texts.push(`${entry.right}) ${entry.text}`);
    if (entry.entry === "meaning") texts.push(entry.text);
  }
  // Backticks make code of what is between them.
  return texts.map((text) => text.replaceAll("`", ""));
}

/** The first of these texts that does not follow the one before it. */
function missing(texts, shown) {
  let at = 0;
  for (const text of texts) {
    const found = shown.indexOf(text, at);
    if (found < 0) return [`“${text}” is not shown, or not in its place`];
    at = found + text.length;
  }
  return [];
}

const stageOf = (page) => page.locator(".replay-stage");
const isOver = (page) => page.locator(".r-go-next[aria-disabled=true]").count().then(Boolean);

/** Goes on by the arrow key to the end. At each question `choose` says which answer, and gets the page as it is by then. */
async function toTheEnd(page, choose) {
  const problems = [];
  await stageOf(page).focus();
  for (let question = 0; !(await isOver(page));) {
    if ((await page.locator(".r-asking").count()) === 0) {
      await page.keyboard.press("ArrowRight");
      continue;
    }
    problems.push(...(await choose(question)));
    question += 1;
  }
  return problems;
}

async function chooseAndCompare(page, story, question, choice) {
  const problems = [];
  const asked = story.entries.filter(({ entry }) => entry === "question")[question];
  const beats = await page.locator(".r-beat").count();
  for (const key of ["ArrowRight", "Space"]) await page.keyboard.press(key);
  if ((await page.locator(".r-beat").count()) > beats) problems.push(`a key goes past “${asked.prompt}”`);
  const seen = await page.locator("main").innerText();
  const whys = asked.answers.map(({ why }) => why.replaceAll("`", ""));
  problems.push(...whys.filter((why) => seen.includes(why)).map((why) => `before the choice there stands: ${why}`));
  const place = choice % asked.answers.length;
  await page.keyboard.press(LETTERS[place]);
  const told = await page.locator(".r-question").last().innerText();
  if (!told.includes(whys[place])) problems.push(`${LETTERS[place]} is not answered by: ${whys[place]}`);
  if ((await page.locator(".r-beat").count()) > beats) problems.push("the choice shows more than its answer");
  return problems;
}

async function axe(page) {
  await page.evaluate(AXE);
  // What moves is looked at when it stands.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))));
  const { violations } = await page.evaluate(() => window.axe.run(document.querySelector(".replay-stage")));
  const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return serious.map(({ id, nodes }) => `axe: ${id} at ${nodes[0].target}`);
}

async function playLesson(page, file, story) {
  const most = Math.max(...story.entries.filter(({ answers }) => answers).map(({ answers }) => answers.length));
  const problems = [];
  for (let choice = 0; choice < most; choice += 1) {
    await page.goto(file);
    problems.push(...(await toTheEnd(page, (question) => chooseAndCompare(page, story, question, choice))));
    problems.push(...missing(textsOf(story), await page.locator(".r-steps").evaluate((list) => list.textContent)));
  }
  const said = page.locator(".replay-stage [role=status]", { hasText: "That was the whole run." });
  await said.waitFor({ state: "attached" }).catch(() => problems.push("the end is not said"));
  return problems;
}

async function steer(page, file, story) {
  const problems = [];
  const expects = async (what, number) => {
    const here = await page.locator(".r-links [aria-current]").textContent();
    if (here !== String(number)) problems.push(`${what}: it stands at step ${here}, and not at ${number}`);
  };
  const turn = story.entries.findIndex(({ entry }) => entry === "turn");
  const last = story.entries.slice(0, turn).filter(({ entry }) => entry === "step").length;
  await page.goto(`${file}#step-3`);
  await expects("a link to step 3", 3);
  await stageOf(page).focus();
  await page.keyboard.press("End");
  await expects("End", last);
  await page.keyboard.press("Home");
  await expects("Home", 1);
  const first = await page.locator(".r-beat").count();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowLeft");
  if ((await page.locator(".r-beat").count()) !== first) problems.push("← does not take back what Space has shown");
  await page.locator(".r-links a").nth(1).click();
  await expects("the link 2", 2);
  // The keys belong to the replay wherever it has just been left, also where a question had the focus.
  for (const key of ["Home", ...Array(40).fill("ArrowRight"), "ArrowLeft", "ArrowRight"]) await page.keyboard.press(key);
  if ((await page.locator(".r-asking").count()) === 0) problems.push("← and → at a question do not come back to it");
  await page.keyboard.press("ArrowLeft");
  while ((await page.locator(".r-asking").count()) === 0) await page.locator(".r-go-next").click();
  await page.locator(".r-go-next").click();
  if ((await page.locator(".r-asking").count()) === 0) problems.push("a second click on Next passes the question that the first brought");
  await page.locator(".r-go-end").click();
  const [told, written] = await Promise.all(
    [".r-question > :first-child:not(.r-prompt)", ".replay > :is(p, ul, ol) + .question"].map((each) => page.locator(each).count()),
  );
  if (told !== written) problems.push(`of ${written} leads to a question ${told} are there`);
  await page.locator(".r-go-back").click();
  await page.locator(".r-go-start").click();
  await expects("From the start", 1);
  await page.locator(".r-go-step").click();
  if (!page.url().includes(file.split("/").pop())) problems.push("a key turned the page");
  return problems;
}

/** Without a script, and on paper, there are the transcripts. */
async function lookAtFallback(page) {
  return page.evaluate(() => {
    const hidden = (element) => !element.checkVisibility({ contentVisibilityAuto: true });
    const problems = document.querySelectorAll(".replay-stage").length > 0 &&
      document.querySelector(".replay-stage").checkVisibility() ? ["the stage is there"] : [];
    const texts = [...document.querySelectorAll(".replay pre, .replay .question p")];
    if (texts.length < 3) problems.push("there is no transcript");
    return problems.concat(texts.filter(hidden).slice(0, 3).map((text) => `hidden: “${text.textContent.trim().split("\n")[0]}”`));
  });
}

export async function checkReplays({ browser, page, root, folder, check, choose, themes, overflow }) {
  const stories = new Map();
  for (let number = 1; number < 100; number += 1) {
    const link = page.locator(`#mdbook-sidebar a[href^="lesson${String(number).padStart(2, "0")}_"]`).first();
    await page.goto(`${root}welcome.html`);
    if ((await link.count()) === 0) break;
    const file = await link.getAttribute("href");
    await page.goto(root + file);
    const json = await page.locator(".replay script[type='application/json']").textContent();
    stories.set(file, JSON.parse(json));
  }
  await check("every lesson has a replay", () => (stories.size >= 9 ? [] : [`only ${stories.size} have`]));

  await page.setViewportSize({ width: 1265, height: 900 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const [file, story] of stories) {
    await check(`${file}: its replay tells its story, asks first, and answers every choice`, () => playLesson(page, root + file, story));
    await check(`${file}: its replay goes where it is told`, () => steer(page, root + file, story));
    await check(`${file}: axe finds nothing serious in its replay, in any theme, and nothing moves`, async () => {
      const problems = [];
      await page.goto(root + file);
      for (const theme of themes) {
        await choose(theme);
        await stageOf(page).focus();
        await page.keyboard.press("Home");
        for (let press = 0; press < 40 && (await page.locator(".r-asking").count()) === 0; press += 1) {
          await page.keyboard.press("ArrowRight");
        }
        const moving = await page.evaluate(() => document.querySelector(".replay-stage").getAnimations({ subtree: true }).length);
        if (moving > 0) problems.push(`${theme}: ${moving} movements, although none are wanted`);
        problems.push(...(await axe(page)).map((problem) => `${theme}, at a question: ${problem}`));
        await page.keyboard.press("End");
        problems.push(...(await axe(page)).map((problem) => `${theme}, at the end: ${problem}`));
      }
      await choose(themes[0]);
      return problems;
    });
    // A phone; and 1,280 px at 200 %.
    for (const width of [360, 640]) {
      await check(`${file}: its replay fits ${width} px`, async () => {
        await page.setViewportSize({ width, height: 740 });
        await page.goto(root + file);
        await stageOf(page).focus();
        await page.keyboard.press("End");
        const problems = await page.evaluate(overflow, width);
        problems.push(...(await axe(page)));
        await page.setViewportSize({ width: 1265, height: 900 });
        return problems;
      });
    }
    await check(`${file}: its replay is off on paper`, async () => {
      await page.goto(root + file);
      await page.emulateMedia({ media: "print" });
      await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
      const problems = await lookAtFallback(page);
      await page.emulateMedia({ media: "screen", reducedMotion: "reduce" });
      return problems;
    });
  }

  const bare = await browser.newContext({ javaScriptEnabled: false });
  const barePage = await bare.newPage();
  const local = await browser.newContext({ reducedMotion: "reduce" });
  const localPage = await local.newPage();
  for (const [file, story] of stories) {
    await check(`${file}: without JavaScript there are the transcripts, unfolded`, async () => {
      await barePage.goto(root + file);
      return lookAtFallback(barePage);
    });
    await check(`${file}: its replay plays from a folder, without a server`, async () => {
      await localPage.goto(`file://${resolve(join(folder, file))}`);
      const problems = await toTheEnd(localPage, (question) => chooseAndCompare(localPage, story, question, 0));
      return problems.concat(missing(textsOf(story), await localPage.locator(".r-steps").evaluate((list) => list.textContent)));
    });
  }
  await bare.close();
  await local.close();
}
