import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

type Rgb = readonly [number, number, number];

const css = readFileSync(path.join(process.env.FRONTEND ?? ".", "css/tokens.css"), "utf8");
const [light, dark] = css.split("@media (prefers-color-scheme: dark)").map(colours) as [
  Record<string, string>,
  Record<string, string>,
];

function colours(text: string): Record<string, string> {
  const found = text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g);
  return Object.fromEntries([...found].map((it) => [it[1] as string, it[2] as string]));
}

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira, Fernandes 2009, severity 1: how a dichromat sees linear RGB. */
const visions: Record<string, readonly Rgb[]> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "no red": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no green": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  "no blue": [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Björn Ottosson's Oklab: equal distances look about equally different. */
function oklab(rgb: Rgb): Rgb {
  const [red, green, blue] = rgb.map((it) => Math.min(1, Math.max(0, it))) as [
    number,
    number,
    number,
  ];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function seen(hex: string, vision: readonly Rgb[]): Rgb {
  const rgb = linear(hex);
  const [red, green, blue] = vision.map((row) =>
    row.reduce((sum, weight, index) => sum + weight * (rgb[index] as number), 0),
  ) as [number, number, number];
  return oklab([red, green, blue]);
}

for (const [name, theme] of Object.entries({ light, dark })) {
  const colour = (key: string) => {
    const found = theme[key];
    assert.ok(found, `${name} has no --${key}`);
    return found;
  };

  test(`words can be read on every ground: ${name}`, () => {
    const pairs: [string, string][] = [
      ["ink", "paper"],
      ["ink", "paper-deep"],
      ["ink", "paper-raised"],
      ["ink", "mark"],
      ["ink", "accent-soft"],
      ["ink", "bad-soft"],
      ["ink-soft", "paper"],
      ["ink-soft", "paper-deep"],
      ["ink-soft", "paper-raised"],
      ["accent", "paper"],
      ["accent", "paper-deep"],
      ["accent", "paper-raised"],
      ["accent", "accent-soft"],
      ["accent-ink", "accent"],
      ["bad", "paper"],
      ["bad", "bad-soft"],
      ["paper", "ink"],
    ];
    for (const [words, ground] of pairs) {
      const ratio = contrast(colour(words), colour(ground));
      assert.ok(ratio >= 4.5, `--${words} on --${ground}: ${ratio.toFixed(2)}`);
    }
  });

  test(`speakers and edges stand out from the page: ${name}`, () => {
    const keys = [1, 2, 3, 4, 5, 6, 7, 8].map((it) => `speaker-${it}`);
    for (const key of [...keys, "rule-strong"]) {
      const ratio = contrast(colour(key), colour("paper"));
      assert.ok(ratio >= 3, `--${key}: ${ratio.toFixed(2)}`);
    }
  });

  test(`any two speakers differ for every kind of colour vision: ${name}`, () => {
    for (const [vision, matrix] of Object.entries(visions)) {
      for (let one = 1; one <= 8; one += 1) {
        for (let other = 1; other < one; other += 1) {
          const [a, b] = [one, other].map((it) => seen(colour(`speaker-${it}`), matrix)) as [
            Rgb,
            Rgb,
          ];
          const distance = 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
          assert.ok(distance >= 10, `${one} and ${other}, ${vision}: ${distance.toFixed(1)}`);
        }
      }
    }
  });
}
