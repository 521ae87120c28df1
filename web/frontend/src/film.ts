import { type Attached, attach, Unsupported } from "./attach";

/** What happened to a film: see `Film.on`. */
export type FilmEvent = "time" | "state" | "media";

/**
 * The recording's sound with the cameras' picture if there are any: what all else follows.
 *
 * It loads nothing before it is first played or sent somewhere, yet has a position from the start.
 */
export class Film {
  readonly video: HTMLVideoElement;
  readonly duration: number;
  failed = false;
  /** The browser knows neither media sources nor HLS. */
  unsupported = false;
  /** It was asked to play and the browser did not refuse. */
  started = false;
  #media: Attached | undefined;
  #opened: Promise<void> | undefined;
  #pending: number | undefined;
  #loading = false;
  #frame = 0;
  readonly #events = new EventTarget();
  readonly #url: string;

  constructor(video: HTMLVideoElement, url: string, duration: number, start: number) {
    this.video = video;
    this.duration = duration;
    this.#url = url;
    this.#pending = start;
    video.controls = false;
    for (const source of video.querySelectorAll("source")) {
      source.remove();
    }
    // The browser may have begun with the source that was there for readers without script.
    video.load();
    for (const name of ["play", "pause", "waiting", "playing", "ended", "seeking", "seeked"]) {
      video.addEventListener(name, () => this.#changed());
    }
    for (const name of ["ratechange", "volumechange", "loadedmetadata"]) {
      video.addEventListener(name, () => this.#emit("state"));
    }
    for (const name of ["timeupdate", "seeking", "seeked"]) {
      video.addEventListener(name, () => this.#emit("time"));
    }
    video.addEventListener("loadedmetadata", () => this.#settle());
  }

  /** Opens the playlist, if that was not done; media are loaded when they are wanted. */
  open(): Promise<void> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async #open(): Promise<void> {
    if (this.#media) {
      // Without media the element stands at its beginning: the film goes on where it broke off.
      this.#pending = this.position;
      this.#media.detach();
      this.#media = undefined;
    }
    this.failed = false;
    this.#emit("state");
    try {
      this.#media = await attach(this.video, this.#url, {
        failed: () => this.#fail(),
        ready: () => this.#emit("media"),
      });
    } catch (error) {
      this.unsupported = error instanceof Unsupported;
      this.#fail();
      return;
    }
    if (this.#loading) {
      this.#media.load(this.position);
    }
  }

  on(event: FilmEvent, listener: () => void): void {
    this.#events.addEventListener(event, listener);
  }

  get position(): number {
    return this.#pending ?? this.video.currentTime;
  }

  get playing(): boolean {
    return !this.video.paused && !this.video.ended;
  }

  /** It wants to play and has to wait for media. */
  get waiting(): boolean {
    return this.playing && (this.video.seeking || this.video.readyState < 3);
  }

  get heights(): number[] {
    return this.#media?.heights() ?? [];
  }

  choose(height: number | "auto"): void {
    this.#media?.choose(height);
  }

  /** Goes to `seconds`; plays on from there if it played before. */
  seek(seconds: number): void {
    const to = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.1));
    if (this.#loading && this.video.readyState >= HTMLMediaElement.HAVE_METADATA) {
      this.#pending = undefined;
      this.video.currentTime = to;
    } else {
      this.#pending = to;
      this.#load();
    }
    this.#emit("time");
  }

  /**
   * Plays, from `seconds` if they are given. Resolves to false if the browser wants a click first.
   */
  async play(seconds?: number): Promise<boolean> {
    if (seconds !== undefined) {
      this.seek(seconds);
    } else if (this.video.ended) {
      this.seek(0);
    }
    if (this.failed) {
      this.#opened = undefined;
    }
    this.#load();
    this.started = true;
    this.#emit("state");
    try {
      // A film that gets its source later would forget that it was asked to play.
      if (!this.#media || this.failed) {
        await this.open();
      }
      await this.video.play();
    } catch (error) {
      // AbortError: somebody paused or went elsewhere meanwhile, which is no refusal.
      if (error instanceof DOMException && error.name === "NotAllowedError") {
        this.started = false;
        this.#emit("state");
        return false;
      }
    }
    return true;
  }

  pause(): void {
    this.video.pause();
  }

  toggle(): void {
    if (this.playing) {
      this.pause();
    } else {
      void this.play();
    }
  }

  #load(): void {
    if (!this.#loading) {
      this.#loading = true;
      this.#media?.load(this.position);
      void this.open();
    }
  }

  /** Takes the position it was sent to before there was media. */
  #settle(): void {
    const to = this.#pending;
    if (to !== undefined && this.#loading) {
      this.#pending = undefined;
      if (Math.abs(this.video.currentTime - to) > 0.05) {
        this.video.currentTime = to;
      }
    }
  }

  #changed(): void {
    this.#emit("state");
    cancelAnimationFrame(this.#frame);
    if (this.playing) {
      const tick = () => {
        this.#emit("time");
        this.#frame = requestAnimationFrame(tick);
      };
      this.#frame = requestAnimationFrame(tick);
    }
  }

  #fail(): void {
    this.failed = true;
    this.video.pause();
    this.#emit("state");
  }

  #emit(event: FilmEvent): void {
    this.#events.dispatchEvent(new Event(event));
  }
}
