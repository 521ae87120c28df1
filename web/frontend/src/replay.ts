import type { Film } from "./film";
import { lastStartedBy } from "./timeline";

/** Chat as it went: what was written by now, and the latest of it. */
export function replayChat(film: Film, list: HTMLElement): void {
  const messages = [...list.querySelectorAll<HTMLElement>(".chat-message[data-at]")];
  const times = messages.map(({ dataset }) => Number(dataset.at));
  let shown = -2;
  film.on("time", () => {
    const last = lastStartedBy(times, film.position);
    if (last === shown || !film.started) {
      return;
    }
    shown = last;
    list.classList.add("replaying");
    for (const [index, message] of messages.entries()) {
      message.classList.toggle("past", index <= last);
      message.classList.toggle("now", index === last);
    }
  });
}

/** Marks the slide that is shown now. */
export function markSlides(film: Film, list: HTMLElement): void {
  const slides = [...list.querySelectorAll<HTMLElement>(".slide[data-at]")];
  const starts = slides.map(({ dataset }) => Number(dataset.at));
  let marked: HTMLElement | undefined;
  const mark = () => {
    const slide = slides[lastStartedBy(starts, film.position + 0.02)];
    const now = slide && film.position < Number(slide.dataset.end) ? slide : undefined;
    if (now === marked) {
      return;
    }
    marked?.classList.remove("now");
    marked?.querySelector("a")?.removeAttribute("aria-current");
    now?.classList.add("now");
    now?.querySelector("a")?.setAttribute("aria-current", "true");
    marked = now;
  };
  film.on("time", mark);
  mark();
}
