import type Hls from "hls.js";

/** A media element fed from an HLS playlist. */
export interface Attached {
  /** Begins to load, from `position` seconds on. Until then nothing but the playlist is fetched. */
  load(position: number): void;
  /** Heights of the pictures there are, in pixels, ascending; empty if the browser chooses alone. */
  heights(): number[];
  /** Plays pictures of one height, or lets the speed of the line choose. */
  choose(height: number | "auto"): void;
  detach(): void;
}

export interface AttachEvents {
  /** Nothing more can be played: neither the network nor the media could be recovered. */
  failed(): void;
  /** The playlist is read. */
  ready?(): void;
}

/** This browser cannot play the film in any way. */
export class Unsupported extends Error {}

/** How often a broken stream is taken up again before it counts as failed. */
const MOST_RECOVERIES = 3;

/**
 * Feeds `element` from the playlist at `url`: through hls.js where the browser has media sources,
 * else as the browser itself can (Safari on a phone). Rejects with
 * `Unsupported` if it can neither.
 */
export async function attach(
  element: HTMLVideoElement,
  url: string,
  events: AttachEvents,
): Promise<Attached> {
  const { default: Hls } = await import("hls.js");
  if (Hls.isSupported()) {
    return throughHls(Hls, element, url, events);
  }
  if (element.canPlayType("application/vnd.apple.mpegurl") !== "") {
    return natively(element, url, events);
  }
  throw new Unsupported("neither media sources nor HLS");
}

function throughHls(
  Library: typeof Hls,
  element: HTMLVideoElement,
  url: string,
  events: AttachEvents,
): Attached {
  const hls = new Library({
    autoStartLoad: false,
    // The segments are CMAF and pass through as they are: a worker would have nothing to do.
    enableWorker: false,
    capLevelToPlayerSize: true,
    // Captions come as tracks of the page.
    renderTextTracksNatively: false,
    subtitlePreference: { default: false },
  });
  let from: number | undefined;
  let parsed = false;
  let recoveries = 0;
  hls.on(Library.Events.MANIFEST_PARSED, () => {
    parsed = true;
    events.ready?.();
    if (from !== undefined) {
      hls.startLoad(from);
    }
  });
  hls.on(Library.Events.FRAG_BUFFERED, () => {
    recoveries = 0;
  });
  hls.on(Library.Events.ERROR, (_, data) => {
    if (!data.fatal) {
      return;
    }
    recoveries += 1;
    if (recoveries <= MOST_RECOVERIES && data.type === Library.ErrorTypes.MEDIA_ERROR) {
      hls.recoverMediaError();
    } else if (recoveries <= MOST_RECOVERIES && parsed) {
      hls.startLoad();
    } else {
      events.failed();
    }
  });
  hls.loadSource(url);
  hls.attachMedia(element);
  return {
    load(position) {
      from = position;
      if (parsed) {
        hls.startLoad(position);
      }
    },
    heights() {
      const heights = hls.levels.map(({ height }) => height).filter((height) => height > 0);
      return [...new Set(heights)].sort((a, b) => a - b);
    },
    choose(height) {
      hls.nextLevel = height === "auto" ? -1 : hls.levels.findIndex((it) => it.height === height);
    },
    detach() {
      hls.destroy();
    },
  };
}

function natively(element: HTMLVideoElement, url: string, events: AttachEvents): Attached {
  const failed = () => events.failed();
  element.addEventListener("error", failed);
  element.preload = "none";
  element.src = url;
  return {
    load(position) {
      const go = () => {
        if (Math.abs(element.currentTime - position) > 0.05) {
          element.currentTime = position;
        }
      };
      element.preload = "auto";
      if (element.readyState >= HTMLMediaElement.HAVE_METADATA) {
        go();
      } else {
        element.addEventListener("loadedmetadata", go, { once: true });
        element.load();
      }
    },
    heights: () => [],
    choose: () => undefined,
    detach() {
      element.removeEventListener("error", failed);
      element.removeAttribute("src");
      element.load();
    },
  };
}
