import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTime, parseSeconds, secondsParameter } from "./time";

test("times are written as the server writes them", () => {
  const cases: [number, string][] = [
    [0, "0:00"],
    [9.99, "0:09"],
    [75, "1:15"],
    [3599.999, "59:59"],
    [3600, "1:00:00"],
    [5321.4, "1:28:41"],
    [360_000, "100:00:00"],
    [-3, "0:00"],
    [Number.NaN, "0:00"],
    [Number.POSITIVE_INFINITY, "0:00"],
  ];
  for (const [seconds, expected] of cases) {
    assert.equal(formatTime(seconds), expected, String(seconds));
  }
});

test("only plain decimals are positions", () => {
  assert.equal(parseSeconds("12.34"), 12.34);
  assert.equal(parseSeconds("0"), 0);
  for (const text of ["", "-1", "1e3", "1:20", "12s", ".5", " 1", "Infinity", null, undefined]) {
    assert.equal(parseSeconds(text), undefined, String(text));
  }
});

test("a position goes into an address and comes back within a hundredth", () => {
  for (const seconds of [0, 0.1 + 0.2, 12.345678, 5321.4, 86_399.999]) {
    const text = secondsParameter(seconds);
    const back = parseSeconds(text);
    assert.ok(back !== undefined && Math.abs(back - seconds) <= 0.00501, text);
  }
  assert.equal(secondsParameter(-1), "0");
});
