import type { Controls } from "./controls";
import type { Film } from "./film";

/** Keys that work anywhere on the page but where somebody writes or chooses. */
export function listenToKeys(film: Film, controls: Controls): void {
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
  addEventListener("keydown", (event) => {
    const { target, key } = event;
    const act = acts[key.length === 1 ? key.toLowerCase() : key];
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (!act || modified || event.defaultPrevented || !(target instanceof Element)) {
      return;
    }
    const writes = target.closest("input:not([type=range]), textarea, select, [contenteditable]");
    // Space presses what has the focus; arrows belong to tabs, lists and the scrolling frame.
    const pressed = key === " " && target.closest("a, button, summary, input");
    const moves =
      key.startsWith("Arrow") && target.closest("[role=tablist], .ribbon, .table-frame");
    if (!writes && !pressed && !moves) {
      event.preventDefault();
      act();
    }
  });
}
