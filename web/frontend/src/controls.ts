import type { Captions } from "./captions";
import { iconButton, make, name, setIcon } from "./element";
import type { Film } from "./film";
import { Settings } from "./settings";
import type { Stage } from "./stage";
import { parseStoryboard, type Thumbnail } from "./storyboard";
import { formatTime } from "./time";
import { lastStartedBy } from "./timeline";
import type { Words } from "./words";

/** What one press steps. */
export const STEP_SECONDS = 10;
/** No move of the hand for so long, and a full screen hides its controls. */
const IDLE_AFTER_MS = 3000;
/** Waiting shorter than this is not worth a word. */
const SAY_WAITING_AFTER_MS = 600;

/** What the player's controls are made of. */
export interface Parts {
  readonly player: HTMLElement;
  readonly film: Film;
  readonly stage: Stage;
  readonly captions: Captions;
  readonly words: Words;
}

/** The controls under the film, the large play button and the film's state in words. */
export class Controls {
  readonly element = make("div", "controls");
  readonly #parts: Parts;
  readonly #slider = make("input", "seek-slider");
  readonly #clock = make("div", "clock");
  readonly #preview = make("div", "seek-preview");
  readonly #bigPlay: HTMLButtonElement;
  readonly #state = make("p", "film-state");
  readonly #play: HTMLButtonElement;
  readonly #mute: HTMLButtonElement;
  readonly #volume = make("input", "volume");
  readonly #captions: HTMLButtonElement;
  readonly #fullscreen: HTMLButtonElement;
  #thumbnails: Promise<Thumbnail[]> | undefined;
  #idle = 0;
  #waiting = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { film, stage, captions, words, player } = parts;
    const say = (key: string) => words.say(key);

    this.#bigPlay = iconButton("big-play", "play", say("play"), () => void film.play());
    this.#state.setAttribute("role", "status");
    this.#state.hidden = true;
    stage.element.append(captions.element, this.#bigPlay, this.#state);
    stage.element.addEventListener("click", () => film.toggle());

    this.#play = iconButton("play", "play", say("play"), () => film.toggle());
    const back = iconButton("step", "back", say("back-10"), () => this.step(-1));
    const on = iconButton("step", "forward", say("forward-10"), () => this.step(1));
    this.#mute = iconButton("mute", "sound", say("mute"), () => this.mute());
    this.#volume.type = "range";
    this.#volume.max = "1";
    this.#volume.step = "0.05";
    name(this.#volume, say("volume"));
    this.#volume.addEventListener("input", () => {
      film.video.muted = false;
      film.video.volume = Number(this.#volume.value);
    });
    this.#captions = iconButton("captions", "captions", say("captions"), () =>
      this.toggleCaptions(),
    );
    this.#captions.hidden = captions.tracks.length === 0;
    this.#fullscreen = iconButton("fullscreen", "grow", say("fullscreen"), () => this.fullscreen());
    this.#fullscreen.hidden = !document.fullscreenEnabled && !this.#phoneFullscreen();
    const settings = new Settings(parts, () => this.#update());

    const row = make(
      "div",
      "control-row",
      this.#play,
      back,
      on,
      this.#clock,
      this.#mute,
      this.#volume,
      this.#captions,
      settings.button,
      this.#fullscreen,
    );
    this.element.append(this.#makeSlider(), row, settings.panel);
    for (const event of ["time", "state"] as const) {
      film.on(event, () => this.#update());
    }
    document.addEventListener("fullscreenchange", () => this.#update());
    for (const event of ["pointermove", "keydown", "pointerdown"]) {
      player.addEventListener(event, () => this.#wake());
    }
    this.#update();
  }

  step(direction: number): void {
    const { film } = this.#parts;
    film.seek(film.position + direction * STEP_SECONDS);
  }

  mute(): void {
    const { video } = this.#parts.film;
    video.muted = !video.muted;
  }

  toggleCaptions(): void {
    const { captions } = this.#parts;
    const [first] = captions.tracks;
    captions.choose(captions.chosen ? undefined : first);
    this.#update();
  }

  fullscreen(): void {
    const { player } = this.#parts;
    if (document.fullscreenElement) {
      void document.exitFullscreen();
    } else if (player.requestFullscreen) {
      void player.requestFullscreen().catch(() => undefined);
    } else {
      this.#phoneFullscreen()?.();
    }
  }

  #phoneFullscreen(): (() => void) | undefined {
    const video = this.#parts.film.video as HTMLVideoElement & { webkitEnterFullscreen?(): void };
    return video.webkitEnterFullscreen?.bind(video);
  }

  #makeSlider(): HTMLElement {
    const { film, words } = this.#parts;
    this.#slider.type = "range";
    this.#slider.min = "0";
    this.#slider.max = String(film.duration);
    this.#slider.step = "any";
    this.#slider.setAttribute("aria-label", words.say("seek"));
    this.#slider.addEventListener("input", () => film.seek(Number(this.#slider.value)));
    this.#slider.addEventListener("keydown", (event) => {
      const steps: Record<string, number> = {
        ArrowLeft: -5,
        ArrowRight: 5,
        PageDown: -60,
        PageUp: 60,
      };
      const step = steps[event.key];
      if (step !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        event.stopPropagation();
        film.seek(film.position + step);
      }
    });
    this.#preview.hidden = true;
    const seek = make("div", "seek", this.#slider, this.#preview);
    seek.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") {
        void this.#showPreview(event.clientX);
      }
    });
    seek.addEventListener("pointerleave", () => {
      this.#preview.hidden = true;
    });
    return seek;
  }

  async #showPreview(clientX: number): Promise<void> {
    const { film, player } = this.#parts;
    const box = this.#slider.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (clientX - box.left) / box.width));
    const time = part * film.duration;
    this.#preview.hidden = false;
    const { storyboard } = player.dataset;
    if (storyboard) {
      this.#thumbnails ??= fetchStoryboard(storyboard);
    }
    const thumbnails = (await this.#thumbnails) ?? [];
    const starts = thumbnails.map(({ start }) => start);
    const thumbnail = thumbnails[lastStartedBy(starts, time)];
    const children: Node[] = [];
    if (thumbnail) {
      const picture = make("span", "seek-picture");
      picture.style.width = `${thumbnail.width}px`;
      picture.style.height = `${thumbnail.height}px`;
      picture.style.backgroundImage = `url(${JSON.stringify(thumbnail.image)})`;
      picture.style.backgroundPosition = `-${thumbnail.x}px -${thumbnail.y}px`;
      children.push(picture);
    }
    children.push(document.createTextNode(formatTime(time)));
    this.#preview.replaceChildren(...children);
    const half = this.#preview.offsetWidth / 2;
    const left = Math.min(box.width - half, Math.max(half, part * box.width)) - half;
    this.#preview.style.transform = `translateX(${left}px)`;
  }

  #update(): void {
    const { film, words, captions, player } = this.#parts;
    const { position, duration, playing, video } = film;
    const part = duration > 0 ? Math.min(1, position / duration) : 0;
    this.#slider.value = String(position);
    this.#slider.style.setProperty("--played", String(part));
    const at = formatTime(position);
    const length = formatTime(duration);
    const spoken = words.say("position", { at, length }) || `${at} / ${length}`;
    if (this.#clock.dataset.at !== at) {
      this.#clock.dataset.at = at;
      this.#clock.replaceChildren(at, make("span", "", ` / ${length}`));
      this.#slider.setAttribute("aria-valuetext", spoken);
    }
    setIcon(this.#play, playing ? "pause" : "play");
    name(this.#play, words.say(playing ? "pause" : "play"));
    this.#bigPlay.hidden = playing || film.failed || (film.started && position > 0);
    const silent = video.muted || video.volume === 0;
    setIcon(this.#mute, silent ? "silence" : "sound");
    name(this.#mute, words.say(silent ? "unmute" : "mute"));
    this.#volume.value = String(silent ? 0 : video.volume);
    this.#volume.style.setProperty("--played", this.#volume.value);
    this.#captions.setAttribute("aria-pressed", String(captions.chosen !== undefined));
    const full = document.fullscreenElement === player;
    setIcon(this.#fullscreen, full ? "shrink" : "grow");
    name(this.#fullscreen, words.say(full ? "exit-fullscreen" : "fullscreen"));
    this.#say();
  }

  /** Says that the film loads, if it takes a while, or that it failed and what to do then. */
  #say(): void {
    const { film, words } = this.#parts;
    const state = film.failed ? "failed" : film.waiting ? "loading" : "";
    if (this.#state.dataset.state === state) {
      return;
    }
    this.#state.dataset.state = state;
    clearTimeout(this.#waiting);
    this.#state.hidden = state !== "failed";
    if (state === "failed") {
      const retry = make("button", "", words.say("retry"));
      retry.type = "button";
      retry.addEventListener("click", (event) => {
        event.stopPropagation();
        void film.play();
      });
      this.#state.replaceChildren(
        ...(film.unsupported ? [words.say("no-support")] : [words.say("failed"), retry]),
      );
    } else if (state === "loading") {
      this.#waiting = window.setTimeout(() => {
        this.#state.replaceChildren(words.say("loading"));
        this.#state.hidden = false;
      }, SAY_WAITING_AFTER_MS);
    }
  }

  #wake(): void {
    const { player, film } = this.#parts;
    player.classList.remove("idle");
    clearTimeout(this.#idle);
    this.#idle = window.setTimeout(() => {
      player.classList.toggle("idle", film.playing);
    }, IDLE_AFTER_MS);
  }
}

async function fetchStoryboard(address: string): Promise<Thumbnail[]> {
  const base = new URL(address, document.baseURI).href;
  try {
    const response = await fetch(base);
    return response.ok ? parseStoryboard(await response.text(), base) : [];
  } catch {
    return []; // a preview less
  }
}
