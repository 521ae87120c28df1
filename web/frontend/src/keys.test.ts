import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlayers, type Place } from "./keys";

const page: Place = { inPlayer: false, writes: false, presses: false, moves: false };
const player: Place = { ...page, inPlayer: true };

const cases: [what: string, key: string, place: Place, expected: boolean][] = [
  ["the space bar plays from anywhere", " ", page, true],
  ["but presses what has the focus", " ", { ...player, presses: true }, false],
  ["arrows seek from anywhere", "ArrowLeft", page, true],
  ["but move a slider, the volume too", "ArrowLeft", { ...player, moves: true }, false],
  ["a letter is for the player inside of it", "f", player, true],
  ["also on one of its buttons", "F", { ...player, presses: true }, true],
  ["but nowhere else on the page", "f", page, false],
  ["and never where somebody writes", "f", { ...player, writes: true }, false],
  ["nor is a space there", " ", { ...page, writes: true }, false],
];

for (const [what, key, place, expected] of cases) {
  test(what, () => assert.equal(isPlayers(key, place), expected));
}
