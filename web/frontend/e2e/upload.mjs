// Uploads files into a running library as an archivist would, in Debian's own Chromium.
//
//   node e2e/upload.mjs BASE ARTEFACTS FILM LARGE.tar
//
// FILM is any film; it is uploaded with a title, through a connection that is cut. LARGE.tar has
// more than 32 MiB; its upload is paused, the page left, the file chosen again and what is missing
// sent. Both have to be listed as arrived. Credentials of an archivist:
// PLENARY_E2E_MEMBER and PLENARY_E2E_PASSWORD. Then the page is looked at in every window, light and
// dark, and in every language, with files to upload. Exit code 1: something failed.

import path from "node:path";
import { beginWalk, firstLine, SCHEMES, WIDTHS } from "./walk.mjs";

const TITLE = "Filmed elsewhere & <uploaded>";

const [base, artefacts, film, large] = process.argv.slice(2);
const { PLENARY_E2E_MEMBER: member, PLENARY_E2E_PASSWORD: password } = process.env;
if (!base || !artefacts || !film || !large || !member || !password) {
  console.error("usage: node e2e/upload.mjs BASE ARTEFACTS FILM LARGE.tar, with credentials set");
  process.exit(2);
}

const walking = await beginWalk(base, artefacts);
const { open, inspect, signIn, picture, note, problem, expected } = walking;
try {
  await uploads();
  await looks();
} catch (error) {
  problem("uploading", firstLine(error));
} finally {
  await walking.endWalk("uploading.txt");
}

async function uploads() {
  const { context, page } = await open({ viewport: { width: 1440, height: 900 } });
  await signIn(page, member, password);
  await page.locator(".page-nav a[href='/ingest']").click();
  await page.waitForURL(/\/ingest$/);
  const pieces = await watchPieces(page);

  // The first piece is cut off: it has to come again by itself.
  pieces.next("cut");
  await page.locator("#files").setInputFiles(film);
  const title = page.locator(".upload input[name=title]");
  await title.fill(TITLE);
  await page.locator(".upload select[name=visibility]").selectOption("public");
  await title.press("Enter");
  await page.locator(".upload[data-state=arrived]").waitFor();
  note(`ok        the film arrived in ${pieces.sent()} pieces after a cut`);
  await listed(page, TITLE);
  await page.screenshot({ path: picture("uploaded"), fullPage: true });
  await page.locator(".upload-remove").click();

  // The second piece hangs, the archivist pauses and leaves.
  pieces.next("through", "hang");
  await page.locator("#files").setInputFiles(large);
  await page.locator(".upload-start").click();
  await pieces.hangs();
  await page.locator(".upload-pause").click();
  await page.locator(".upload[data-state=paused]").waitFor();
  await page.reload({ waitUntil: "load" });
  await page.locator(".uploads-unfinished th", { hasText: path.basename(large) }).waitFor();
  await page.locator("#files").setInputFiles(large);
  await page.locator(".upload-fields[inert]").waitFor({ state: "attached" });
  const before = pieces.sent();
  await page.locator(".upload-start").click();
  await page.locator(".upload[data-state=arrived]").waitFor();
  const first = pieces.offsets()[before];
  if (first > 0) {
    note(`ok        after a reload the large file went on at ${first} bytes`);
  } else {
    problem("the large file", `was sent from ${first} on, not from where it stopped`);
  }
  await listed(page, path.basename(large));
  await context.close();
}

/** Something stands among what arrived, without a reload. */
async function listed(page, name) {
  await page.locator("#jobs .arrival-table th", { hasText: name }).first().waitFor();
  note(`ok        “${name}” is listed`);
}

/** Watches pieces being sent, and does to the next ones what is said: `cut`, `hang`, or nothing. */
async function watchPieces(page) {
  const offsets = [];
  let fates = [];
  let hung;
  await page.route("**/ingest/uploads/*", async (route) => {
    const request = route.request();
    if (request.method() !== "PATCH") {
      return route.continue();
    }
    offsets.push(Number(request.headers()["upload-offset"]));
    switch (fates.shift()) {
      case "cut":
        expected.add(request.url());
        return route.abort("connectionreset");
      case "hang":
        return hung();
      default:
        return route.continue();
    }
  });
  let hanging;
  return {
    next: (...those) => {
      fates = those;
      hanging = new Promise((resolve) => {
        hung = resolve;
      });
    },
    hangs: () => hanging,
    sent: () => offsets.length,
    offsets: () => offsets,
  };
}

async function looks() {
  for (const colorScheme of SCHEMES) {
    for (const [width, height] of Object.entries(WIDTHS)) {
      for (const locale of ["en", "es", "de"]) {
        const viewport = { width: Number(width), height };
        const look = { viewport, colorScheme, locale, reducedMotion: "reduce" };
        const { context, page } = await open(look);
        await signIn(page, member, password);
        await page.goto(new URL("/ingest", base).href, { waitUntil: "load" });
        await page.locator("#files").setInputFiles([film, large]);
        await inspect(page, "ingest", `${locale}-${width}-${colorScheme}`);
        await context.close();
      }
      note(`ok        arrivals at ${width} px, ${colorScheme}`);
    }
  }
}
