import { make } from "./element";
import type { Film } from "./film";
import { Screen } from "./screen";
import {
  parseShares,
  parseShowings,
  type Scene,
  type Showing,
  type Span,
  sceneAt,
} from "./timeline";

export type View = "both" | "slides" | "cameras";

/**
 * The window: what was shown large, the cameras beside it.
 *
 * `.film` carries `data-scene` (share, slide, none) and `data-view`; all the rest is CSS.
 */
export class Stage {
  readonly element: HTMLElement;
  readonly twoPictures: boolean;
  readonly hasShares: boolean;
  readonly hasSlides: boolean;
  readonly #film: Film;
  readonly #shares: readonly Span[];
  readonly #showings: readonly Showing[];
  readonly #picture: HTMLImageElement;
  readonly #screen: Screen | undefined;
  #shown: string | undefined;

  constructor(film: Film, player: DOMStringMap) {
    this.#film = film;
    this.#showings = parseShowings(player.slides);
    this.#shares = player.deskshareHls ? parseShares(player.shares) : [];
    this.hasShares = this.#shares.length > 0;
    this.hasSlides = this.#showings.length > 0;
    const hasCameras = player.hls !== undefined;
    const filmIsScreen = !hasCameras && player.audioHls === undefined;
    this.twoPictures = hasCameras && (this.hasShares || this.hasSlides);

    this.#picture = make("img", "slide-picture");
    this.#picture.alt = "";
    this.#picture.decoding = "async";
    const stage = make("div", "stage", this.#picture);
    if (this.hasShares && player.deskshareHls && !filmIsScreen) {
      this.#screen = new Screen(film, player.deskshareHls, this.#shares);
      stage.append(this.#screen.video);
    }
    this.element = make("div", "film", stage, film.video);
    this.element.classList.toggle("two-pictures", this.twoPictures);
    this.element.classList.toggle("no-cameras", !hasCameras && !filmIsScreen);
    this.element.classList.toggle("film-is-screen", filmIsScreen);
    const nothingToSee = !hasCameras && !filmIsScreen && !this.hasShares && !this.hasSlides;
    this.element.classList.toggle("sound-only", nothingToSee);
    this.view = "both";
    // The poster is a slide: beside the slide itself, cameras wait as a quiet ground instead.
    if (this.twoPictures) {
      film.video.removeAttribute("poster");
    } else if (player.poster && !film.video.poster) {
      film.video.poster = player.poster;
    }
    film.on("time", () => this.#update());
    this.#update();
  }

  get view(): View {
    return this.element.dataset.view as View;
  }

  set view(view: View) {
    this.element.dataset.view = view;
  }

  #update(): void {
    const scene = this.#withoutFailedScreen(
      sceneAt(this.#film.position, this.#shares, this.#showings),
    );
    const shown = scene.kind === "slide" ? scene.showing.image : scene.kind;
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.element.dataset.scene = scene.kind;
    if (scene.kind === "slide") {
      this.#picture.src = scene.showing.image;
      // What the list of slides calls it, in the page's language.
      this.#picture.alt =
        document.querySelector<HTMLImageElement>(`.slide[data-slide="${scene.showing.slide}"] img`)
          ?.alt ?? "";
      this.#fetchAfter(scene.showing);
    }
    this.#screen?.follow();
  }

  /** A screen that cannot be played must not leave a black window: show the slide behind it. */
  #withoutFailedScreen(scene: Scene): Scene {
    return scene.kind === "share" && this.#screen?.video.classList.contains("failed")
      ? sceneAt(this.#film.position, [], this.#showings)
      : scene;
  }

  /** Fetches the next slide before its time. */
  #fetchAfter(showing: Showing): void {
    const next = this.#showings[this.#showings.indexOf(showing) + 1];
    if (next) {
      new Image().src = next.image;
    }
  }
}
