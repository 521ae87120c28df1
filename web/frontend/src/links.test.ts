import assert from "node:assert/strict";
import { test } from "node:test";
import { addressAt, positionInPage } from "./links";
import { fill } from "./words";

const here = "http://library.example/recordings/abc?q=boiler&t=3#p-1";

test("links to a second of this page are positions, all others lead elsewhere", () => {
  const cases: [string, number | undefined][] = [
    ["?t=12.34", 12.34],
    ["?q=boiler&t=0#p-0", 0],
    ["/recordings/abc?t=5", 5],
    ["/recordings/abd?t=5", undefined],
    ["/recordings/abc", undefined],
    ["?t=x", undefined],
    ["#chat-3", undefined], // a place on the page, not a second
    ["http://elsewhere.example/recordings/abc?t=5", undefined],
  ];
  for (const [href, expected] of cases) {
    assert.equal(positionInPage(href, here), expected, href);
  }
});

test("the address keeps the search and loses the passage", () => {
  assert.equal(addressAt(here, 75.128), "http://library.example/recordings/abc?q=boiler&t=75.13");
});

test("values go into words in either notation, and unknown ones stay", () => {
  assert.equal(fill("{at} of { $length }", { at: "0:12", length: "3:20" }), "0:12 of 3:20");
  assert.equal(fill("{other}", { at: "0:12" }), "{other}");
});
