import type { Controls } from "./controls";
import type { Film } from "./film";

/** What the element that has the focus lies in. */
export interface Place {
  readonly inPlayer: boolean;
  /** A field that takes letters. */
  readonly writes: boolean;
  /** Something that the space bar presses. */
  readonly presses: boolean;
  /** Something that arrow keys move in. */
  readonly moves: boolean;
}

/**
 * Whether a key pressed there is the player's. Letters are only inside of it: whoever speaks to
 * their browser presses them all over a page without meaning to (WCAG 2.1.4).
 */
export function isPlayers(key: string, { inPlayer, writes, presses, moves }: Place): boolean {
  if (writes) {
    return false;
  }
  if (key === " ") {
    return !presses;
  }
  return key.startsWith("Arrow") ? !moves : inPlayer;
}

function placeOf(target: Element): Place {
  const within = (selector: string) => target.closest(selector) !== null;
  return {
    inPlayer: within("#player"),
    writes: within("input:not([type=range]), textarea, select, [contenteditable]"),
    presses: within("a, button, summary, input"),
    moves: within("input, [role=tablist], .ribbon, .table-frame"),
  };
}

/** Listens for the player's keys on the whole page. */
export function listenToKeys(film: Film, controls: Controls, player: HTMLElement): void {
  const acts: Record<string, () => void> = {
    " ": () => film.toggle(),
    k: () => film.toggle(),
    j: () => controls.step(-1),
    l: () => controls.step(1),
    ArrowLeft: () => film.seek(film.position - 5),
    ArrowRight: () => film.seek(film.position + 5),
    m: () => controls.mute(),
    c: () => controls.toggleCaptions(),
    f: () => controls.fullscreen(),
  };
  // A click on the film gives the player the focus, and with it the letters.
  player.tabIndex = -1;
  addEventListener("keydown", (event) => {
    const { target, key } = event;
    const act = acts[key.length === 1 ? key.toLowerCase() : key];
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (!act || modified || event.defaultPrevented || !(target instanceof Element)) {
      return;
    }
    if (isPlayers(key, placeOf(target))) {
      event.preventDefault();
      act();
    }
  });
}
