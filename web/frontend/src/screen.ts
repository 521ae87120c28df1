import { type Attached, attach } from "./attach";
import { correction } from "./drift";
import type { Film } from "./film";
import { type Span, shareNear } from "./timeline";

/** So long before a share its video is made ready. */
const AHEAD_SECONDS = 8;
/** How often the two videos are compared. */
const COMPARE_EVERY_MS = 250;

/** The shared screen: a second, silent video kept with the film while a screen is shared. */
export class Screen {
  readonly video: HTMLVideoElement;
  readonly #film: Film;
  readonly #shares: readonly Span[];
  readonly #url: string;
  #media: Promise<Attached | undefined> | undefined;
  #lastSeek = 0;

  constructor(film: Film, url: string, shares: readonly Span[]) {
    this.#film = film;
    this.#url = url;
    this.#shares = shares;
    this.video = document.createElement("video");
    this.video.className = "screen";
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.tabIndex = -1;
    film.on("state", () => this.follow());
    setInterval(() => this.follow(), COMPARE_EVERY_MS);
  }

  follow(): void {
    const { position, playing, waiting, video } = this.#film;
    if (!shareNear(position, this.#shares, AHEAD_SECONDS)) {
      this.video.pause();
      return;
    }
    if (!this.#media) {
      this.#open(position);
      return;
    }
    if (this.video.readyState < HTMLMediaElement.HAVE_METADATA) {
      return;
    }
    const moves = playing && !waiting;
    const step = correction(position, this.video.currentTime, moves ? video.playbackRate : 0);
    if (step.kind === "rate") {
      this.video.playbackRate = Math.max(0.1, step.rate || video.playbackRate);
    } else if (!this.video.seeking && performance.now() - this.#lastSeek > 2 * COMPARE_EVERY_MS) {
      // A jump takes a moment itself: not another one before this has had its effect.
      this.#lastSeek = performance.now();
      this.video.currentTime = step.to;
    }
    if (moves && this.video.paused) {
      this.video.play().catch(() => undefined);
    } else if (!moves) {
      this.video.pause();
    }
  }

  #open(position: number): void {
    this.#media = attach(this.video, this.#url, {
      // The film goes on without; a slide or the cameras stay visible.
      failed: () => this.video.classList.add("failed"),
    })
      .then((media) => {
        media.load(position);
        return media;
      })
      .catch(() => undefined);
  }
}
