// Takes the README's pictures of the book: node tests/browser/pictures.mjs book/book
//
// Both stop at a question: what comes after it is for the reader to guess. CHROMIUM as in check.mjs.

import { resolve } from "node:path";
import { chromium } from "playwright-core";

const PICTURES = [
  { name: "replay", chapter: "lesson04_accept.html", theme: "light", width: 1000, height: 790 },
  { name: "replay-phone", chapter: "lesson03_listen.html", theme: "navy", width: 375, height: 790 },
];

const folder = process.argv[2];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
for (const { name, chapter, theme, width, height } of PICTURES) {
  const viewport = { width, height };
  const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5, reducedMotion: "reduce" });
  await page.addInitScript((theme) => {
    localStorage.setItem("mdbook-theme", theme);
    localStorage.setItem("mdbook-sidebar", "hidden");
  }, theme);
  await page.goto(`file://${resolve(folder, chapter)}`);
  await page.locator(".replay-stage").focus();
  while ((await page.locator(".r-asking").count()) === 0) await page.keyboard.press("ArrowRight");
  await page.locator(".replay-stage").screenshot({ path: `book/pictures/${name}.png` });
}
await browser.close();
