import { make } from "./element";
import type { Film } from "./film";
import { formatTime } from "./time";

/** A press so near to a mark, in pixels, is meant for it: hits are thin. */
const SNAP_PX = 8;

/** A mark in its lane. */
interface Mark {
  readonly element: SVGElement;
  readonly at: number;
}

/**
 * The ribbon as a control: what is played is inked, a press anywhere goes there, arrow keys go
 * from mark to mark in a lane (left, right) and from lane to lane (up, down).
 */
export class Ribbon {
  readonly #drawing: SVGSVGElement;
  readonly #duration: number;
  readonly #lanes: readonly (readonly Mark[])[];
  readonly #finger = make("div", "ribbon-finger");
  readonly #words = make("div", "ribbon-words");
  readonly #go: (seconds: number) => void;

  constructor(root: HTMLElement, drawing: SVGSVGElement, film: Film, go: (at: number) => void) {
    this.#drawing = drawing;
    this.#duration = Number(root.dataset.duration) || film.duration;
    this.#go = go;
    this.#lanes = [...drawing.querySelectorAll("g.lane")]
      .map((lane) =>
        [...lane.querySelectorAll<SVGElement>("a.mark")].map((element) => ({
          element,
          at: Number(element.dataset.at),
        })),
      )
      .filter((lane) => lane.length > 0);
    // The Tab key comes by once a lane; arrow keys go on from there. Without script it visits all.
    for (const lane of this.#lanes) {
      for (const [index, { element }] of lane.entries()) {
        element.setAttribute("tabindex", index === 0 ? "0" : "-1");
      }
    }
    const played = make("div", "ribbon-played");
    for (const it of [played, this.#finger, this.#words]) {
      it.setAttribute("aria-hidden", "true");
    }
    this.#finger.hidden = true;
    this.#words.hidden = true;
    root.append(played, this.#finger, this.#words);
    film.on("time", () => {
      played.style.setProperty("--played", String(Math.min(1, film.position / this.#duration)));
    });
    played.style.setProperty("--played", String(Math.min(1, film.position / this.#duration)));

    drawing.addEventListener("pointermove", (event) => this.#point(event));
    root.addEventListener("pointerleave", () => this.#hide());
    drawing.addEventListener("click", (event) => this.#press(event));
    root.addEventListener("keydown", (event) => this.#step(event));
    root.addEventListener("focusin", (event) => {
      const mark = (event.target as Element).closest<SVGElement>("a.mark");
      if (mark?.matches(":focus-visible")) {
        this.#show(Number(mark.dataset.at), mark);
      }
    });
    root.addEventListener("focusout", () => this.#hide());
    // The drawing's own tooltips would come a second after ours and say the same.
    for (const title of drawing.querySelectorAll("a.mark > title")) {
      title.remove();
    }
  }

  #timeAt(clientX: number): number {
    const box = this.#drawing.getBoundingClientRect();
    const part = (clientX - box.left) / box.width;
    return Math.min(1, Math.max(0, part)) * this.#duration;
  }

  /** The mark under the pointer, or a hit close by. */
  #markAt(event: MouseEvent): SVGElement | undefined {
    const under = (event.target as Element).closest<SVGElement>("a.mark");
    if (under?.parentElement?.classList.contains("lane-hits")) {
      return under;
    }
    const time = this.#timeAt(event.clientX);
    const reach = (SNAP_PX / this.#drawing.getBoundingClientRect().width) * this.#duration;
    let near: Mark | undefined;
    for (const lane of this.#lanes) {
      for (const mark of lane) {
        const hit = mark.element.parentElement?.classList.contains("lane-hits");
        const gap = Math.abs(mark.at - time);
        if (hit && gap <= reach && gap < Math.abs((near?.at ?? Infinity) - time)) {
          near = mark;
        }
      }
    }
    return near?.element ?? under ?? undefined;
  }

  #point(event: PointerEvent): void {
    if (event.pointerType !== "touch") {
      this.#show(this.#timeAt(event.clientX), this.#markAt(event));
    }
  }

  /** A press on a turn goes to where in the turn it was; on a hit, to the hit. */
  #press(event: MouseEvent): void {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    // A key pressed on a mark is a click without a place: the link's own second is meant.
    if (!plain || event.altKey || event.detail === 0) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const mark = this.#markAt(event);
    const hit = mark?.parentElement?.classList.contains("lane-hits");
    this.#go(hit ? Number(mark?.dataset.at) : this.#timeAt(event.clientX));
  }

  #show(time: number, mark: SVGElement | undefined): void {
    const box = this.#drawing.getBoundingClientRect();
    const x = (time / this.#duration) * box.width;
    this.#finger.hidden = false;
    this.#finger.style.transform = `translateX(${x}px)`;
    // The words of a mark begin with its own second; here the pointer's is said.
    const label = mark?.getAttribute("aria-label")?.replace(/^[\d:]+\W*/u, "") ?? "";
    const at = make("b", "", formatTime(time));
    this.#words.replaceChildren(...(label ? [at, ` ${label}`] : [at]));
    this.#words.hidden = false;
    const width = this.#words.offsetWidth;
    const left = Math.min(box.width - width, Math.max(0, x - width / 2));
    this.#words.style.transform = `translateX(${left}px)`;
  }

  #hide(): void {
    this.#finger.hidden = true;
    this.#words.hidden = true;
  }

  #step(event: KeyboardEvent): void {
    const mark = (event.target as Element).closest<SVGElement>("a.mark");
    const lane = this.#lanes.findIndex((it) => it.some(({ element }) => element === mark));
    const marks = this.#lanes[lane];
    if (!mark || !marks || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const index = marks.findIndex(({ element }) => element === mark);
    const at = (marks[index] as Mark).at;
    const targets: Record<string, () => Mark | undefined> = {
      ArrowLeft: () => marks[index - 1],
      ArrowRight: () => marks[index + 1],
      Home: () => marks[0],
      End: () => marks[marks.length - 1],
      ArrowUp: () => nearest(this.#lanes[lane - 1], at),
      ArrowDown: () => nearest(this.#lanes[lane + 1], at),
    };
    const target = targets[event.key];
    if (!target) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const next = target();
    if (next) {
      for (const { element } of this.#lanes.find((it) => it.includes(next)) ?? []) {
        element.setAttribute("tabindex", element === next.element ? "0" : "-1");
      }
      next.element.focus();
    }
  }
}

function nearest(lane: readonly Mark[] | undefined, at: number): Mark | undefined {
  return lane?.reduce((best, it) => (Math.abs(it.at - at) < Math.abs(best.at - at) ? it : best));
}
