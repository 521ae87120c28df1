/** Something that happens from `start` until `end`, in seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A slide on the screen for a while. */
export interface Showing extends Span {
  readonly slide: number;
  readonly image: string;
}

/** What the stage shows: the shared screen, a slide, or nothing (then the cameras have it). */
export type Scene =
  | { readonly kind: "share" }
  | { readonly kind: "slide"; readonly showing: Showing }
  | { readonly kind: "none" };

/** Index of the last of `starts` (ascending) that is not after `time`, or -1. */
export function lastStartedBy(starts: ArrayLike<number>, time: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

/** How long a passage stays the spoken one after its last word, if no other has begun. */
export const BREATH_SECONDS = 1.5;

/**
 * Index of what is being said at `time`, or -1. `spans` ascend by start and may overlap: then the
 * one that began last is it. Positions are compared with a little slack, because a media element
 * that is sent to 12.34 may say it stands at 12.339999.
 */
export function spokenAt(spans: readonly Span[], starts: ArrayLike<number>, time: number): number {
  const index = lastStartedBy(starts, time + 0.02);
  const span = spans[index];
  return span && time < span.end + BREATH_SECONDS ? index : -1;
}

/** What the stage shows at `time`. A shared screen goes before the slide behind it. */
export function sceneAt(
  time: number,
  shares: readonly Span[],
  showings: readonly Showing[],
): Scene {
  if (shares.some(({ start, end }) => start <= time && time < end)) {
    return { kind: "share" };
  }
  let showing: Showing | undefined;
  for (const it of showings) {
    if (it.start <= time + 0.02 && time < it.end) {
      showing = it;
    }
  }
  return showing ? { kind: "slide", showing } : { kind: "none" };
}

/** The share that is on at `time` or begins within `ahead` seconds. */
export function shareNear(time: number, shares: readonly Span[], ahead: number): Span | undefined {
  return shares.find(({ start, end }) => start - ahead <= time && time < end);
}

/** Reads `data-shares`; a broken attribute is as none. */
export function parseShares(json: string | undefined): Span[] {
  return rows(json, 2).map(([start, end]) => ({ start: Number(start), end: Number(end) }));
}

/** Reads `data-slides`. */
export function parseShowings(json: string | undefined): Showing[] {
  return rows(json, 4).map(([start, end, slide, image]) => ({
    start: Number(start),
    end: Number(end),
    slide: Number(slide),
    image: String(image),
  }));
}

function rows(json: string | undefined, width: number): unknown[][] {
  let value: unknown;
  try {
    value = JSON.parse(json ?? "[]");
  } catch {
    return [];
  }
  return Array.isArray(value)
    ? value.filter((row): row is unknown[] => Array.isArray(row) && row.length >= width)
    : [];
}
