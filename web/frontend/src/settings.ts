import type { Parts } from "./controls";
import { iconButton, make } from "./element";
import { addressAt } from "./links";
import type { View } from "./stage";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

/** A small panel of the browser's own selects: speed, captions, view, quality. */
export class Settings {
  readonly button: HTMLButtonElement;
  readonly panel = make("div", "player-settings");
  readonly #parts: Parts;
  readonly #changed: () => void;
  #height: number | "auto" = "auto";

  constructor(parts: Parts, changed: () => void) {
    this.#parts = parts;
    this.#changed = changed;
    const { words } = parts;
    this.panel.id = "player-settings";
    this.panel.hidden = true;
    this.panel.setAttribute("role", "group");
    this.panel.setAttribute("aria-label", words.say("settings"));
    this.button = iconButton("settings", "settings", words.say("settings"), () =>
      this.#show(Boolean(this.panel.hidden)),
    );
    this.button.setAttribute("aria-expanded", "false");
    this.button.setAttribute("aria-controls", this.panel.id);
    this.panel.addEventListener("click", (event) => event.stopPropagation());
    document.addEventListener("click", () => this.#show(false));
    for (const part of [this.panel, this.button] as HTMLElement[]) {
      part.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !this.panel.hidden) {
          event.stopPropagation();
          this.#show(false);
          this.button.focus();
        }
      });
    }
  }

  #show(open: boolean): void {
    if (open) {
      this.#fill();
    }
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) {
      this.panel.querySelector<HTMLElement>("select, button")?.focus();
    }
  }

  /** Writes the panel anew: what can be chosen depends on media that come later. */
  #fill(): void {
    const { words, film, captions, stage } = this.#parts;
    const rows: Node[] = [
      this.#select(
        words.say("speed"),
        SPEEDS.map((it) => [String(it), this.#speed(it)]),
        String(film.video.playbackRate),
        (value) => {
          film.video.defaultPlaybackRate = Number(value);
          film.video.playbackRate = Number(value);
        },
      ),
    ];
    if (captions.tracks.length > 0) {
      rows.push(
        this.#select(
          words.say("captions"),
          [
            ["", words.say("captions-off")],
            ...captions.tracks.map((it, index): [string, string] => [String(index), it.label]),
          ],
          captions.chosen ? String(captions.tracks.indexOf(captions.chosen)) : "",
          (value) => {
            captions.choose(value === "" ? undefined : captions.tracks[Number(value)]);
            this.#changed();
          },
        ),
      );
    }
    if (stage.twoPictures) {
      rows.push(
        this.#select(
          words.say("view"),
          [
            ["both", words.say("view-both")],
            ["slides", words.say(stage.hasSlides ? "view-slides" : "view-screen")],
            ["cameras", words.say("view-cameras")],
          ],
          stage.view,
          (value) => {
            stage.view = value as View;
          },
        ),
      );
    }
    const heights = film.heights;
    if (heights.length > 1) {
      rows.push(
        this.#select(
          words.say("quality"),
          [
            ["auto", words.say("quality-auto")],
            ...heights.map((it): [string, string] => [String(it), `${it}p`]),
          ],
          String(this.#height),
          (value) => {
            this.#height = value === "auto" ? "auto" : Number(value);
            film.choose(this.#height);
          },
        ),
      );
    }
    rows.push(...this.#copyButton());
    const keys = words.say("keys");
    if (keys) {
      rows.push(make("p", "player-keys", keys));
    }
    this.panel.replaceChildren(...rows);
  }

  #speed(speed: number): string {
    const text = speed.toLocaleString(document.documentElement.lang || undefined);
    return this.#parts.words.say("speed-value", { speed: text }) || `${text}×`;
  }

  #select(
    label: string,
    options: readonly (readonly [string, string])[],
    value: string,
    choose: (value: string) => void,
  ): HTMLElement {
    const select = make("select", "");
    select.append(...options.map(([key, words]) => new Option(words, key, false, key === value)));
    select.addEventListener("change", () => choose(select.value));
    return make("label", "", make("span", "", label), select);
  }

  /** The button, and the place where it is said that the link is copied. */
  #copyButton(): HTMLElement[] {
    const { words, film } = this.#parts;
    const button = make("button", "copy-link", words.say("copy-link"));
    button.type = "button";
    const said = make("p", "link-copied");
    said.setAttribute("role", "status");
    button.hidden = !navigator.clipboard;
    said.hidden = button.hidden;
    button.addEventListener("click", async () => {
      const address = addressAt(location.href, film.position);
      try {
        await navigator.clipboard.writeText(address);
        said.replaceChildren(words.say("link-copied"));
      } catch {
        // The browser allows no copying: the link itself can be.
        said.replaceChildren(address);
      }
    });
    return [button, said];
  }
}
