import assert from "node:assert/strict";
import { test } from "node:test";
import { correction, LEAVE_WITHIN_SECONDS } from "./drift";

test("together they play at one speed", () => {
  for (const rate of [0.75, 1, 2]) {
    assert.deepEqual(correction(10, 10.03, rate), { kind: "rate", rate });
  }
});

test("a small gap is closed by speed, towards the leader", () => {
  const behind = correction(10.3, 10, 1);
  const ahead = correction(10, 10.3, 1);
  assert.ok(behind.kind === "rate" && behind.rate > 1 && behind.rate <= 1.12);
  assert.ok(ahead.kind === "rate" && ahead.rate < 1 && ahead.rate >= 0.88);
});

test("a large gap is jumped", () => {
  assert.deepEqual(correction(60, 10, 1), { kind: "seek", to: 60 });
  assert.deepEqual(correction(10, 60, 1), { kind: "seek", to: 10 });
});

test("while the leader stands even a small gap is jumped", () => {
  assert.deepEqual(correction(10.2, 10, 0), { kind: "seek", to: 10.2 });
  assert.deepEqual(correction(10.02, 10, 0), { kind: "rate", rate: 0 });
});

test("from any gap the follower arrives and stays", () => {
  for (const gap of [-5, -0.69, -0.3, 0.07, 0.5, 0.69, 30]) {
    for (const rate of [1, 1.5, 2]) {
      let leader = 100;
      let follower = leader - gap;
      for (let tick = 0; tick < 80; tick += 1) {
        const step = correction(leader, follower, rate);
        if (step.kind === "seek") {
          follower = step.to;
        }
        const speed = step.kind === "rate" ? step.rate : rate;
        leader += rate * 0.25;
        follower += speed * 0.25;
      }
      assert.ok(Math.abs(leader - follower) <= LEAVE_WITHIN_SECONDS, `gap ${gap} at ${rate}`);
    }
  }
});
