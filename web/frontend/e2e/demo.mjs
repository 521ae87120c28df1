// Walks a running library as a visitor and as an archivist would, in Debian's own Chromium.
//
//   node e2e/demo.mjs BASE ARTEFACTS EXPECTATIONS.json
//
// EXPECTATIONS.json: [{"query": "boiler", "recordingId": "…", "startMs": 24100, "endMs": 27300}, …]:
// a word that was only spoken, where, and when its sentence began and ended (the end may be left
// out). Credentials of an archivist, if the desk is to be seen:
// PLENARY_E2E_MEMBER and PLENARY_E2E_PASSWORD. Another browser: PLENARY_E2E_CHROMIUM.
//
// Each expectation is searched through the page's own field, its hit is clicked, and the film has
// to play within a second of it. Then every page is opened light and dark at 320, 768 and 1440 px
// and kept as a picture. It fails on a console error, a request to elsewhere, a failed request, a
// page wider than its window, or a serious finding of axe-core. Exit code 1: something failed.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

const WIDTHS = { 320: 720, 768: 1024, 1440: 900 };
const SCHEMES = ["light", "dark"];
/** How far from the hit the film may stand when it has begun to play. */
const WITHIN_SECONDS = 1;
/** A recogniser may begin a passage a little beside the sentence. */
const SLACK_SECONDS = 1.5;
const PATIENCE_MS = 30_000;

const [base, artefacts, expectationsFile] = process.argv.slice(2);
if (!base || !artefacts || !expectationsFile) {
  console.error("usage: node e2e/demo.mjs BASE ARTEFACTS EXPECTATIONS.json");
  process.exit(2);
}
const origin = new URL(base).origin;
const expectations = JSON.parse(await readFile(expectationsFile, "utf8"));
if (!Array.isArray(expectations) || expectations.length === 0) {
  console.error(`${expectationsFile} expects nothing`);
  process.exit(2);
}
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
await mkdir(artefacts, { recursive: true });

/** Addresses that are opened to see their error page. */
const expected = new Set();
const problems = [];
const lines = [];
const note = (line) => {
  lines.push(line);
  console.log(line);
};
const problem = (where, what) => {
  problems.push(`${where}: ${what}`);
  note(`  FAILED  ${where}: ${what}`);
};

const browser = await chromium.launch({
  executablePath: process.env.PLENARY_E2E_CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  await searchAndWatch();
  await walk();
} catch (error) {
  problem("the walk", error instanceof Error ? error.message : String(error));
} finally {
  await browser.close();
}
note(
  problems.length === 0
    ? "All is well."
    : `${problems.length} failed:\n${problems.map((it) => `  ${it}`).join("\n")}`,
);
await writeFile(path.join(artefacts, "summary.txt"), `${lines.join("\n")}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** A page in a new profile that remembers what goes wrong in it. */
async function open(options) {
  const context = await browser.newContext({ locale: "en", ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const where = () => new URL(page.url()).pathname;
  page.on("console", (message) => {
    // An error page that was asked for is reported as an error of its own.
    if (message.type() === "error" && !expected.has(message.location().url)) {
      problem(where(), `console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problem(where(), `script: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (["http:", "https:", "ws:", "wss:"].includes(url.protocol) && url.origin !== origin) {
      problem(where(), `asked elsewhere: ${url.href}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && !expected.has(response.url())) {
      problem(where(), `${response.status()} for ${response.url()}`);
    }
  });
  page.on("requestfailed", (request) => {
    // Media that are no longer wanted are cut off: that is how seeking works.
    const { errorText } = request.failure() ?? {};
    if (errorText !== "net::ERR_ABORTED") {
      problem(where(), `${errorText} for ${request.url()}`);
    }
  });
  return { context, page };
}

async function searchAndWatch() {
  for (const { query, recordingId, startMs, endMs = startMs } of expectations) {
    const name = `“${query}” in ${recordingId} at ${(startMs / 1000).toFixed(2)} s`;
    const { context, page } = await open({ viewport: { width: 1440, height: 900 } });
    try {
      await page.goto(base, { waitUntil: "load" });
      await page.locator("main input[type=search]").fill(query);
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/search\?/);
      const found = await hitFor(page, recordingId, startMs / 1000, endMs / 1000);
      if (!found) {
        problem(name, "no such hit on the search page");
        continue;
      }
      await page.screenshot({ path: picture(`found-${query}`), fullPage: true });
      await found.link.click();
      const { at, took } = await playsFrom(page, found.at);
      note(`ok        ${name}: plays at ${at.toFixed(2)} s after ${took} ms`);
      await spokenMoves(page, name);
      await page.screenshot({ path: picture(`watching-${query}`) });
      await seeksInPlace(page, name);
    } catch (error) {
      problem(name, firstLine(error));
      await page.screenshot({ path: picture(`failed-${query}`) }).catch(() => undefined);
    } finally {
      await context.close();
    }
  }
}

/** The first spoken hit in `recordingId` that begins in the sentence from `start` to `end`. */
async function hitFor(page, recordingId, start, end) {
  const hits = page.locator(`.result[data-recording="${recordingId}"] .hit-spoken[data-at]`);
  await page.locator(".result-list, .empty").first().waitFor();
  const times = await hits.evaluateAll((all) => all.map((it) => Number(it.dataset.at)));
  const first = times.findIndex((it) => it >= start - SLACK_SECONDS && it <= end + SLACK_SECONDS);
  return first >= 0 ? { link: hits.nth(first).locator("a.hit-link"), at: times[first] } : undefined;
}

/** Waits until the film plays near `start`: not paused, with media, and its time goes on. */
async function playsFrom(page, start) {
  const began = Date.now();
  await page.waitForURL(/\/recordings\//);
  await page.evaluate(() => {
    window.firstSeen = undefined;
  });
  const handle = await page.waitForFunction(
    () => {
      const film = document.getElementById("film");
      const runs = film && !film.paused && film.readyState >= 3 && !film.seeking;
      if (!runs) {
        window.firstSeen = undefined;
        return false;
      }
      window.firstSeen ??= film.currentTime;
      return film.currentTime > window.firstSeen + 0.05 && { at: window.firstSeen };
    },
    undefined,
    { polling: 25, timeout: PATIENCE_MS },
  );
  const { at } = await handle.jsonValue();
  if (Math.abs(at - start) > WITHIN_SECONDS) {
    throw new Error(`plays at ${at.toFixed(2)} s, not within a second of ${start.toFixed(2)} s`);
  }
  return { at, took: Date.now() - began };
}

/** The passage being said is marked, it is the right one, and the mark goes on to the next. */
async function spokenMoves(page, name) {
  const first = await page.waitForSelector(".passage.spoken[aria-current]", { state: "attached" });
  const id = await first.getAttribute("id");
  const wrong = await page.evaluate(() => {
    const { currentTime } = document.getElementById("film");
    const { start, end } = document.querySelector(".passage.spoken").dataset;
    return currentTime < Number(start) - 0.3 || currentTime > Number(end) + 2
      ? `${currentTime} s is not in ${start} to ${end} s`
      : undefined;
  });
  if (wrong) {
    problem(name, `the wrong passage is marked: ${wrong}`);
  }
  const next = await page.evaluate((current) => {
    const all = [...document.querySelectorAll(".passage")];
    return all[all.findIndex((it) => it.id === current) + 1]?.id;
  }, id);
  if (next) {
    // Not to wait for a long passage: near its end, as a reader would press the ribbon.
    await page.evaluate((target) => {
      const film = document.getElementById("film");
      film.currentTime = Number(document.getElementById(target).dataset.start) - 0.5;
    }, next);
    await page.waitForFunction(
      (target) => document.querySelector(".passage.spoken")?.id === target,
      next,
    );
    note(`ok        ${name}: the mark went on from ${id} to ${next}`);
  }
}

/** A passage clicked in the transcript plays from there without a new page. */
async function seeksInPlace(page, name) {
  const passage = page.locator(".passage").first();
  const start = Number(await passage.getAttribute("data-start"));
  await page.evaluate(() => {
    window.samePage = true;
  });
  await passage.click();
  const { at } = await playsFrom(page, start);
  const same = await page.evaluate(() => window.samePage === true);
  const address = new URL(page.url());
  if (!same || Math.abs(Number(address.searchParams.get("t")) - start) > 0.02) {
    problem(name, `a click on a passage led to ${address.pathname}${address.search}`);
  } else {
    note(`ok        ${name}: a passage clicked plays at ${at.toFixed(2)} s on the same page`);
  }
}

async function walk() {
  const recordings = [...new Set(expectations.map((it) => it.recordingId))];
  const [{ query }] = expectations;
  const missing = new URL("/recordings/there-is-no-such-recording", base).href;
  expected.add(missing);
  const pages = [
    ["home", "/"],
    ["search-empty", "/search"],
    ["search", `/search?q=${encodeURIComponent(query)}`],
    ["search-nothing", "/search?q=zzqxzzqx"],
    ...recordings.map((id) => [`recording-${id}`, `/recordings/${id}`]),
    ...["slides", "chat", "polls", "about"].map((tab) => [
      `recording-${tab}`,
      `/recordings/${recordings[0]}#${tab}`,
    ]),
    ["recording-found", `/recordings/${recordings[0]}?q=${encodeURIComponent(query)}`],
    ["collections", "/collections"],
    ["sign-in", "/sign-in"],
    ["not-found", missing],
  ];
  const member = process.env.PLENARY_E2E_MEMBER;
  const password = process.env.PLENARY_E2E_PASSWORD;
  for (const colorScheme of SCHEMES) {
    for (const [width, height] of Object.entries(WIDTHS)) {
      const { context, page } = await open({
        viewport: { width: Number(width), height },
        colorScheme,
        reducedMotion: "reduce",
      });
      const kind = `${width}-${colorScheme}`;
      for (const [name, address] of pages) {
        await look(page, name, address, kind);
      }
      await followFirst(page, "collection", "/collections", ".collection-title a", kind);
      if (member && password) {
        await signIn(page, member, password);
        await look(page, "desk", "/desk", kind);
        await look(page, "collection-new", "/collections/new", kind);
        await followFirst(page, "edit", `/recordings/${recordings[0]}`, ".edit-link a", kind);
        await followFirst(page, "collection-edit", "/collections", ".collection-title a", kind, {
          onTo: ".edit-link a",
        });
      }
      await context.close();
      note(`ok        every page at ${width} px, ${colorScheme}`);
    }
  }
}

/** Opens a page, keeps a picture of it and says what is wrong with it. */
async function look(page, name, address, kind) {
  try {
    // A page that only differs after `#` would not be loaded again.
    await page.goto("about:blank");
    await page.goto(new URL(address, base).href, { waitUntil: "load" });
    await inspect(page, name, kind);
  } catch (error) {
    problem(`${name} ${kind}`, firstLine(error));
  }
}

async function followFirst(page, name, address, selector, kind, { onTo } = {}) {
  await page.goto(new URL(address, base).href, { waitUntil: "load" });
  for (const step of [selector, onTo].filter(Boolean)) {
    const link = page.locator(step).first();
    if ((await link.count()) === 0) {
      return; // an empty library has no collections
    }
    const href = await link.getAttribute("href");
    await page.goto(new URL(href, page.url()).href, { waitUntil: "load" });
  }
  await inspect(page, name, kind);
}

async function inspect(page, name, kind) {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(150);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wider > 0) {
    problem(`${name} ${kind}`, `${wider} px wider than its window`);
  }
  // Through the debugger, which a page's content policy does not bind.
  await page.evaluate(axe);
  const findings = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => {
        const [{ target, any }] = nodes;
        return `${id}: ${help}, ${nodes.length} times, first at ${target.join(" ")} (${any[0]?.message ?? ""})`;
      });
  });
  for (const finding of findings) {
    problem(`${name} ${kind}`, finding);
  }
  await page.screenshot({ path: picture(`${name}-${kind}`), fullPage: true });
}

async function signIn(page, member, password) {
  await page.goto(new URL("/sign-in", base).href, { waitUntil: "load" });
  await page.locator("#name").fill(member);
  await page.locator("#password").fill(password);
  await page.locator(".sign-in-form button.primary").click();
  await page.locator(".sign-out-form").waitFor();
}

function picture(name) {
  return path.join(artefacts, `${name.replace(/[^\p{L}\p{N}-]+/gu, "_")}.png`);
}

function firstLine(error) {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
