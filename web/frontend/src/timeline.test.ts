import assert from "node:assert/strict";
import { test } from "node:test";
import {
  lastStartedBy,
  parseShares,
  parseShowings,
  type Span,
  sceneAt,
  shareNear,
  spokenAt,
} from "./timeline";

/** A small generator, so that a failure can be repeated. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

test("the binary search finds what looking at each finds", () => {
  const next = numbers(7);
  for (let round = 0; round < 300; round += 1) {
    const starts = Array.from({ length: Math.floor(next() * 20) }, () => Math.floor(next() * 15));
    starts.sort((a, b) => a - b);
    for (let time = -1; time <= 16; time += 0.5) {
      let slow = -1;
      for (const [index, start] of starts.entries()) {
        if (start <= time) {
          slow = index;
        }
      }
      assert.equal(lastStartedBy(starts, time), slow, `${JSON.stringify(starts)} at ${time}`);
    }
  }
});

test("the spoken passage lasts a breath beyond its end, and no longer", () => {
  const spans: Span[] = [
    { start: 1, end: 3 },
    { start: 3.5, end: 6 },
    { start: 20, end: 22 },
  ];
  const starts = spans.map(({ start }) => start);
  const cases: [number, number][] = [
    [0.5, -1],
    [1, 0],
    [0.995, 0], // the element stands a hair before the second it was sent to
    [3.2, 0],
    [3.5, 1],
    [7.4, 1],
    [7.6, -1],
    [20, 2],
    [400, -1],
  ];
  for (const [time, expected] of cases) {
    assert.equal(spokenAt(spans, starts, time), expected, String(time));
  }
});

test("of passages that overlap the one that began last is spoken", () => {
  const spans = [
    { start: 0, end: 10 },
    { start: 4, end: 6 },
  ];
  assert.equal(spokenAt(spans, [0, 4], 3), 0);
  assert.equal(spokenAt(spans, [0, 4], 5), 1);
});

test("a shared screen goes before the slide behind it, and nothing leaves it to the cameras", () => {
  const shares = [{ start: 10, end: 20 }];
  const showings = parseShowings('[[5,15,1,"/s/1"],[15,30,2,"/s/2"]]');
  const shown = (time: number) => {
    const scene = sceneAt(time, shares, showings);
    return scene.kind === "slide" ? scene.showing.slide : scene.kind;
  };
  const times = [0, 5, 9.99, 10, 19.99, 20, 29, 30];
  assert.deepEqual(times.map(shown), ["none", 1, 1, "share", "share", 2, 2, "none"]);
});

test("a share is made ready before it begins", () => {
  const shares = [{ start: 10, end: 20 }];
  const near = (time: number) => shareNear(time, shares, 8) !== undefined;
  assert.deepEqual([1, 2, 10, 19, 20].map(near), [false, true, true, true, false]);
});

test("a broken attribute is as none", () => {
  for (const json of [undefined, "", "{", "null", "{}", "[1]", "[[1]]"]) {
    assert.deepEqual(parseShares(json), [], json);
    assert.deepEqual(parseShowings(json), [], json);
  }
  assert.deepEqual(parseShares("[[1.5,2]]"), [{ start: 1.5, end: 2 }]);
});
