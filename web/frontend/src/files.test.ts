import assert from "node:assert/strict";
import { test } from "node:test";
import { isPacked, localDateTime, sizeIn, titleOf } from "./files";

test("packed recordings are told by the ends of their names", () => {
  const cases: [string, boolean][] = [
    ["a.tar", true],
    ["A.TGZ", true],
    ["a.tar.gz", true],
    ["a.zip", true],
    ["a.gz", false],
    ["tar", false],
    ["a.tar.mp4", false],
  ];
  for (const [name, expected] of cases) {
    assert.equal(isPacked(name), expected, name);
  }
});

test("a title to begin with is the file's name without its end", () => {
  assert.equal(titleOf("Asamblea_2026  mayo.mp4"), "Asamblea 2026 mayo");
  assert.equal(titleOf("no end"), "no end");
  assert.equal(titleOf("Minutes v1.2 of the board"), "Minutes v1.2 of the board");
});

test("a moment is written as its field has it", () => {
  assert.equal(localDateTime(new Date(2026, 10, 2, 9, 5)), "2026-11-02T09:05");
});

test("sizes are said in the reader's language", () => {
  assert.equal(sizeIn("en", 999), "999 byte");
  assert.equal(sizeIn("en", 12_345_678), "12.3 MB");
  assert.equal(sizeIn("de", 1_250_000_000).replace(/\s/g, " "), "1,3 GB");
});
