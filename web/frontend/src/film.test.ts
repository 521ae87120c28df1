import assert from "node:assert/strict";
import { test } from "node:test";
import { Film } from "./film";

/** As much of a video element as a film touches: it can play HLS by itself, as on a phone. */
class FakeVideo extends EventTarget {
  currentTime = 0;
  readyState = 0;
  paused = true;
  ended = false;
  seeking = false;
  controls = true;
  preload = "";
  src = "";
  querySelectorAll = () => [];
  canPlayType = () => "maybe";
  removeAttribute = () => undefined;
  load(): void {
    this.currentTime = 0;
    this.readyState = 0;
  }
  async play(): Promise<void> {
    this.paused = false;
  }
  pause(): void {
    this.paused = true;
  }
  /** Media are there. */
  loaded(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("loadedmetadata"));
  }
}

Object.assign(globalThis, {
  HTMLMediaElement: { HAVE_METADATA: 1 },
  requestAnimationFrame: () => 0,
  cancelAnimationFrame: () => undefined,
});

test("a film that broke off goes on where it was", async () => {
  const fake = new FakeVideo();
  const film = new Film(fake as unknown as HTMLVideoElement, "film.m3u8", 100, 0);
  await film.play();
  fake.loaded();
  fake.currentTime = 42;
  fake.dispatchEvent(new Event("error"));
  assert.equal(film.failed, true);
  assert.equal(fake.paused, true);

  await film.play();
  assert.equal(film.failed, false);
  assert.equal(film.position, 42, "while it loads");
  fake.loaded();
  assert.equal(fake.currentTime, 42, "when it is there again");
});

test("a film is sent elsewhere before there is media", async () => {
  const fake = new FakeVideo();
  const film = new Film(fake as unknown as HTMLVideoElement, "film.m3u8", 100, 12.34);
  assert.equal(film.position, 12.34);
  await film.play(500);
  fake.loaded();
  assert.equal(fake.currentTime, 99.9, "never beyond its end");
});
