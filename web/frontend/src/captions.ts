import { make } from "./element";

/**
 * Captions over the large picture.
 *
 * The browser would draw them into the film's own element, which is often the small one; so the
 * tracks stay hidden and their cues are written here.
 */
export class Captions {
  readonly element = make("div", "caption-words");
  readonly tracks: readonly TextTrack[];
  readonly #video: HTMLVideoElement;
  #chosen: TextTrack | undefined;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    this.tracks = [...video.querySelectorAll("track")]
      .map((it) => it.track)
      .filter((it) => it.kind === "captions" || it.kind === "subtitles");
    for (const track of this.tracks) {
      track.mode = "disabled";
      track.addEventListener("cuechange", () => this.#write());
    }
    // A phone shows the film alone, in a player of its own: there the browser must draw them.
    video.addEventListener("webkitbeginfullscreen", () => this.#setMode("showing"));
    video.addEventListener("webkitendfullscreen", () => this.#setMode("hidden"));
  }

  get chosen(): TextTrack | undefined {
    return this.#chosen;
  }

  choose(track: TextTrack | undefined): void {
    this.#setMode("disabled");
    this.#chosen = track;
    this.#setMode("hidden");
    this.#write();
  }

  #setMode(mode: TextTrackMode): void {
    if (this.#chosen) {
      this.#chosen.mode = mode;
    }
  }

  #write(): void {
    const lines: Node[] = [];
    for (const cue of this.#chosen?.activeCues ?? []) {
      const line = make("span", "");
      line.append((cue as VTTCue).getCueAsHTML());
      lines.push(line);
    }
    this.element.lang = this.#chosen?.language ?? "";
    this.element.dir = "auto";
    this.element.replaceChildren(...lines);
    this.element.hidden = lines.length === 0 || this.#video.ended;
  }
}
