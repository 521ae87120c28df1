/** What to do to a second video so that it stays with the first. */
export type Correction =
  { readonly kind: "seek"; readonly to: number } | { readonly kind: "rate"; readonly rate: number };

/** Further apart than this no nudge catches up soon: jump. */
export const SEEK_BEYOND_SECONDS = 0.7;
/** Closer than this nobody sees it, and a nudge would only overshoot. */
export const LEAVE_WITHIN_SECONDS = 0.06;
/** A nudge is at most this part of the speed: a still screen shows no more. */
const LARGEST_NUDGE = 0.12;
/** The time in which a nudge would close the gap. */
const CATCH_UP_SECONDS = 2;

/**
 * How the follower at `follower` comes to `leader`, which plays at `rate`.
 *
 * While the leader stands (`rate` 0) only a jump can help, and then a small gap matters too.
 */
export function correction(leader: number, follower: number, rate: number): Correction {
  const gap = leader - follower;
  const jumpBeyond = rate === 0 ? LEAVE_WITHIN_SECONDS : SEEK_BEYOND_SECONDS * Math.max(1, rate);
  if (Math.abs(gap) > jumpBeyond) {
    return { kind: "seek", to: leader };
  }
  if (Math.abs(gap) <= LEAVE_WITHIN_SECONDS) {
    return { kind: "rate", rate };
  }
  const nudge = Math.min(LARGEST_NUDGE, Math.max(-LARGEST_NUDGE, gap / CATCH_UP_SECONDS));
  return { kind: "rate", rate: rate * (1 + nudge) };
}
