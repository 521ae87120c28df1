import type { Span } from "./timeline";

/** A picture of a moment: a rectangle of one large image, in pixels. */
export interface Thumbnail extends Span {
  readonly image: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Reads a storyboard: WebVTT whose cues say `name.jpg#xywh=x,y,w,h`, relative to `base`. */
export function parseStoryboard(vtt: string, base: string): Thumbnail[] {
  const thumbnails: Thumbnail[] = [];
  for (const block of vtt.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    const times = /([\d:.]+)\s+-->\s+([\d:.]+)/.exec(block);
    const place = /^(\S+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)\s*$/m.exec(block);
    if (times && place) {
      const [x, y, width, height] = place.slice(2).map(Number) as [number, number, number, number];
      thumbnails.push({
        start: parseStamp(times[1] as string),
        end: parseStamp(times[2] as string),
        image: new URL(place[1] as string, base).href,
        x,
        y,
        width,
        height,
      });
    }
  }
  return thumbnails;
}

/** `01:02:03.500` or `02:03.500` in seconds. */
export function parseStamp(text: string): number {
  return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
