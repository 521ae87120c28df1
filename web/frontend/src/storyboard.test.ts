import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStamp, parseStoryboard } from "./storyboard";

const vtt = `WEBVTT

00:00.000 --> 00:10.000
storyboard.jpg#xywh=0,0,160,90

1
01:00:10.000 --> 01:00:20.500
storyboard.jpg#xywh=160,0,160,90

NOTE nothing here
`;

test("cues become rectangles of the picture beside the index", () => {
  const base = "http://library.example/recordings/a/files/storyboard.vtt";
  for (const text of [vtt, vtt.replaceAll("\n", "\r\n")]) {
    const thumbnails = parseStoryboard(text, base);
    assert.equal(thumbnails.length, 2);
    assert.deepEqual(thumbnails[1], {
      start: 3610,
      end: 3620.5,
      image: "http://library.example/recordings/a/files/storyboard.jpg",
      x: 160,
      y: 0,
      width: 160,
      height: 90,
    });
  }
});

test("what is no storyboard has no pictures", () => {
  for (const text of ["", "WEBVTT", "<html>", "WEBVTT\n\n00:00.000 --> 00:01.000\nwords"]) {
    assert.deepEqual(parseStoryboard(text, "http://library.example/x.vtt"), []);
  }
});

test("stamps have two or three parts", () => {
  assert.equal(parseStamp("01:02.500"), 62.5);
  assert.equal(parseStamp("01:00:02.500"), 3602.5);
});
