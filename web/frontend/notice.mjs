// The licences of every package of which something is in the bundles.

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const RULE = "-".repeat(80);

/** The folder of the package that a bundled file comes from, or undefined if it is our own. */
export function packageFolder(input) {
  const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
  return found?.[0];
}

/**
 * One section a package: name, version, licence and its full text.
 *
 * Fails if a package has no licence text, because then it could not be passed on.
 */
export async function thirdPartyNotice(root, inputs) {
  const folders = new Set([...inputs].map(packageFolder).filter(Boolean));
  const sections = [];
  for (const folder of [...folders].sort()) {
    const place = path.join(root, folder);
    const { name, version, license } = JSON.parse(
      await readFile(path.join(place, "package.json"), "utf8"),
    );
    const file = (await readdir(place)).find((it) => /^(licen[cs]e|copying)(\.|$)/i.test(it));
    if (!file) {
      throw new Error(`${name} ${version} has no licence text`);
    }
    const text = (await readFile(path.join(place, file), "utf8")).trim();
    sections.push(`${RULE}\n${name} ${version} (${license})\n${RULE}\n\n${text}\n`);
  }
  return `What these files contain of others' work, and under which licences.\n\n${sections.join("\n")}`;
}
