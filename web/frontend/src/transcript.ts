import type { Film } from "./film";
import { type Span, spokenAt } from "./timeline";

/** Where in the visible part of the page the spoken passage is put, and where it may stand. */
const READING_LINE = 0.35;
const COMFORT = { from: 0.08, to: 0.72 };

/** Keys by which a reader goes elsewhere on the page. */
const SCROLL_KEYS = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"]);

/**
 * Marks the passage that is being said and keeps it in view, until the reader goes elsewhere:
 * from then on nothing moves, and a button leads back to the voice.
 */
export class TranscriptSync {
  readonly #film: Film;
  readonly #panel: HTMLElement;
  readonly #passages: readonly HTMLElement[];
  readonly #spans: readonly Span[];
  readonly #starts: Float64Array;
  readonly #button: HTMLButtonElement | null;
  #spoken = -1;
  #following = true;
  #tabbed = false;

  constructor(film: Film, panel: HTMLElement) {
    this.#film = film;
    this.#panel = panel;
    this.#passages = [...panel.querySelectorAll<HTMLElement>(".passage[data-start]")];
    this.#spans = this.#passages.map(({ dataset }) => ({
      start: Number(dataset.start),
      end: Number(dataset.end ?? dataset.start),
    }));
    this.#starts = Float64Array.from(this.#spans, ({ start }) => start);
    this.#button = panel.querySelector("#back-to-voice");
    if (this.#button) {
      // Below the text it can stay at the lower edge of the view while the text runs.
      panel.append(this.#button);
      this.#button.addEventListener("click", () => this.backToVoice());
    }
    film.on("time", () => this.#mark());
    film.on("state", () => this.#mark());
    for (const event of ["wheel", "touchmove"] as const) {
      addEventListener(event, () => this.#leave(), { passive: true });
    }
    addEventListener("keydown", (event) => {
      this.#tabbed = event.key === "Tab";
      const plain = event.target instanceof Element && !event.target.closest("#player, .ribbon");
      if (plain && SCROLL_KEYS.has(event.key) && !event.defaultPrevented) {
        this.#leave();
      }
    });
    // Dragging the scroll bar is a press on the page itself.
    addEventListener("pointerdown", (event) => {
      if (event.target === document.documentElement) {
        this.#leave();
      }
    });
    // Who reads on by the tab key reads at their own pace.
    panel.addEventListener("focusin", (event) => {
      const { target } = event;
      if (!(target instanceof HTMLElement) || !target.matches(".passage:focus-visible")) {
        return;
      }
      if (this.#tabbed) {
        this.#leave();
      } else if (location.hash === `#${target.id}`) {
        // The browser focused what the address leads to. Nobody asked for a ring around it.
        target.blur();
      }
    });
    addEventListener("scroll", () => this.#offerWayBack(), { passive: true });
    this.#mark();
  }

  /** Follows the voice again, from here on. */
  backToVoice(): void {
    this.#following = true;
    this.#keepInView(true);
    this.#offerWayBack();
  }

  /** Follows again without moving anything now: the reader has just chosen the place. */
  follow(): void {
    this.#following = true;
    this.#offerWayBack();
  }

  #mark(): void {
    const spoken = spokenAt(this.#spans, this.#starts, this.#film.position);
    // Before it first plays nothing is being said, unless the page was opened at a second.
    const index = this.#film.started || this.#film.position > 0 ? spoken : -1;
    if (index === this.#spoken) {
      return;
    }
    const last = this.#passages[this.#spoken];
    last?.classList.remove("spoken");
    last?.removeAttribute("aria-current");
    this.#spoken = index;
    const now = this.#passages[index];
    now?.classList.add("spoken");
    now?.setAttribute("aria-current", "true");
    if (this.#film.playing) {
      this.#keepInView(false);
    }
    this.#offerWayBack();
  }

  #leave(): void {
    if (this.#film.started && this.#following) {
      this.#following = false;
      this.#offerWayBack();
    }
  }

  /** The visible part of the page that no player lies over, as its upper and lower edge. */
  #view(): { top: number; bottom: number } {
    const player = document.getElementById("player");
    const text = this.#panel.getBoundingClientRect();
    const over = player?.getBoundingClientRect();
    const covers = over && getComputedStyle(player as Element).position === "sticky";
    const beside = over && (over.right <= text.left || over.left >= text.right);
    return { top: covers && !beside ? Math.max(0, over.bottom) : 0, bottom: innerHeight };
  }

  /** Where the spoken passage stands in the view: 0 at the upper edge, 1 at the lower. */
  #place(): number | undefined {
    const passage = this.#passages[this.#spoken];
    if (!passage || this.#panel.hidden) {
      return undefined;
    }
    const { top, bottom } = this.#view();
    const box = passage.getBoundingClientRect();
    return (box.top - top) / (bottom - top);
  }

  #keepInView(always: boolean): void {
    const place = this.#place();
    if (!this.#following || place === undefined || !this.#mayMove()) {
      return;
    }
    if (always || place < COMFORT.from || place > COMFORT.to) {
      const { top, bottom } = this.#view();
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      scrollBy({
        top: (place - READING_LINE) * (bottom - top),
        behavior: still ? "instant" : "smooth",
      });
    }
  }

  /** Not while words are selected: a reader may be about to copy them. */
  #mayMove(): boolean {
    const selection = getSelection();
    return !selection || selection.isCollapsed || !this.#panel.contains(selection.anchorNode);
  }

  #offerWayBack(): void {
    if (this.#button) {
      const place = this.#place();
      const seen = place !== undefined && place >= 0 && place <= 0.95;
      this.#button.hidden = this.#following || place === undefined || seen;
    }
  }
}
