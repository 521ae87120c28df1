// What every walk through a running library has in common: a real browser that remembers what goes
// wrong in it, pictures of pages, and what must hold of every page.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

/** Windows that every page is looked at in: widths, and a height for each. */
export const WIDTHS = { 320: 720, 768: 1024, 1440: 900 };
export const SCHEMES = ["light", "dark"];
export const PATIENCE_MS = 30_000;

/**
 * Begins a walk through the library at `base`; what is seen is kept in the folder `artefacts`.
 *
 * A console error, a request to elsewhere, a failed request, a page wider than its window and a
 * serious finding of axe-core are problems.
 */
export async function beginWalk(base, artefacts) {
  const origin = new URL(base).origin;
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await mkdir(artefacts, { recursive: true });

  /** Addresses whose errors are asked for. */
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
      if (errorText !== "net::ERR_ABORTED" && !expected.has(request.url())) {
        problem(where(), `${errorText} for ${request.url()}`);
      }
    });
    return { context, page };
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

  /** Says how it went, in the file `name` too, and ends with exit code 1 if anything is wrong. */
  async function endWalk(name) {
    await browser.close();
    note(
      problems.length === 0
        ? "All is well."
        : `${problems.length} failed:\n${problems.map((it) => `  ${it}`).join("\n")}`,
    );
    await writeFile(path.join(artefacts, name), `${lines.join("\n")}\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  }

  return { open, look, inspect, signIn, picture, note, problem, expected, endWalk };
}

export function firstLine(error) {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
