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

import { readFile } from "node:fs/promises";
import { beginWalk, firstLine, PATIENCE_MS, SCHEMES, WIDTHS } from "./walk.mjs";

/** How far from the hit the film may stand when it has begun to play. */
const WITHIN_SECONDS = 1;
/** A recogniser may begin a passage a little beside the sentence. */
const SLACK_SECONDS = 1.5;

const [base, artefacts, expectationsFile] = process.argv.slice(2);
if (!base || !artefacts || !expectationsFile) {
  console.error("usage: node e2e/demo.mjs BASE ARTEFACTS EXPECTATIONS.json");
  process.exit(2);
}
const expectations = JSON.parse(await readFile(expectationsFile, "utf8"));
if (!Array.isArray(expectations) || expectations.length === 0) {
  console.error(`${expectationsFile} expects nothing`);
  process.exit(2);
}

const walking = await beginWalk(base, artefacts);
const { open, look, inspect, signIn, picture, note, problem, expected } = walking;
try {
  await searchAndWatch();
  await walk();
} catch (error) {
  problem("the walk", error instanceof Error ? error.message : String(error));
} finally {
  await walking.endWalk("summary.txt");
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
    ...["slides", "chat", "polls", "notes", "about"].map((tab) => [
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
        await look(page, "ingest", "/ingest", kind);
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
