// Bundles each *.test.ts and runs them with Node's own test runner (Node 18 reads no TypeScript).

import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = await mkdtemp(path.join(os.tmpdir(), "frontend-test-"));
try {
  const tests = (await readdir(path.join(here, "src"))).filter((it) => it.endsWith(".test.ts"));
  await build({
    absWorkingDir: here,
    entryPoints: tests.map((it) => `src/${it}`),
    bundle: true,
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    outdir: folder,
    sourcemap: "inline",
    define: { "process.env.FRONTEND": JSON.stringify(here) },
  });
  const files = tests.map((it) => path.join(folder, it.replace(/\.ts$/, ".mjs")));
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], {
    stdio: "inherit",
  });
  process.exitCode = run.status ?? 1;
} finally {
  await rm(folder, { recursive: true });
}
