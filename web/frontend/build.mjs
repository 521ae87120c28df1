// Builds ../dist: what pages load, under content-hashed names, and manifest.json that maps the
// names pages ask for to the hashed ones. See ../FRONTEND.md.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { thirdPartyNotice } from "./notice.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "../dist");

/** Logical name, as pages ask for it, → the source it is built from. */
const scripts = {
  "player.js": "src/player.ts",
  "search.js": "src/search.ts",
  "desk.js": "src/desk.ts",
  "ingest.js": "src/ingest.ts",
};
const styles = { "site.css": "css/site.css" };
const copied = { "favicon.svg": "static/favicon.svg" };

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  logLevel: "warning",
  legalComments: "none", // THIRD-PARTY.txt holds them
  target: ["chrome109", "firefox115", "safari16.4"],
};

const built = await Promise.all([
  build({
    ...shared,
    entryPoints: Object.values(scripts),
    format: "esm",
    splitting: true,
    loader: { ".svg": "text" },
  }),
  build({
    ...shared,
    entryPoints: Object.values(styles),
    loader: { ".svg": "dataurl", ".woff2": "file" },
  }),
]);

const manifest = {};
const files = new Map();
const inputs = new Set();
for (const { outputFiles, metafile } of built) {
  for (const file of outputFiles) {
    files.set(path.basename(file.path), file.contents);
  }
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    for (const [name, source] of Object.entries({ ...scripts, ...styles })) {
      if (source === entryPoint) {
        manifest[name] = path.basename(output);
      }
    }
  }
  for (const input of Object.keys(metafile.inputs)) {
    inputs.add(input);
  }
}
for (const [name, source] of Object.entries(copied)) {
  const bytes = await readFile(path.join(here, source));
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash}${ext}`;
  files.set(manifest[name], bytes);
}
for (const name of Object.keys({ ...scripts, ...styles, ...copied })) {
  if (!manifest[name]) {
    throw new Error(`nothing was built for ${name}`);
  }
}
files.set("THIRD-PARTY.txt", await thirdPartyNotice(here, inputs));

// New files first and the manifest after them, so that who reads meanwhile finds what it names.
await mkdir(dist, { recursive: true });
for (const [name, bytes] of files) {
  await writeFile(path.join(dist, name), bytes);
}
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(path.join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
for (const name of await readdir(dist)) {
  if (!files.has(name) && name !== "manifest.json") {
    await rm(path.join(dist, name), { recursive: true });
  }
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
for (const [name, bytes] of [...files].filter(([name]) => !name.endsWith(".woff2"))) {
  console.log(`${kilobytes(bytes.length)} ${kilobytes(gzipSync(bytes).length)} gzip  ${name}`);
}
