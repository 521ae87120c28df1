import { DetailedError, isSupported, type PreviousUpload, Upload } from "tus-js-client";
import { isPacked, localDateTime, sizeIn, titleOf } from "./files";
import type { Words } from "./words";

/** What every upload of a page has in common. */
export interface Uploading {
  readonly endpoint: string;
  readonly formToken: string;
  /** The largest file, in bytes. */
  readonly limit: number;
  readonly words: Words;
  /** Says something to those who do not see the page. */
  readonly tell: (news: string) => void;
}

/** Whether this browser can. */
export const canUpload: boolean = isSupported;

type State = "idle" | "going" | "paused" | "cut" | "arrived" | "failed";

/** So much goes in one request: what a proxy between must let through, and what a cut may cost. */
const PIECE = 16 * 1024 * 1024;
const RETRY_AFTER_MS = [0, 1000, 3000, 6000, 12_000];
/** How long a lost connection is waited for, where the browser does not say when it is back. */
const TRY_AGAIN_AFTER_MS = 20_000;
/** News come at each of so many parts. */
const NEWS = 4;

/** One file on its way, with the form that says what it is. */
export class UploadItem {
  readonly element: HTMLElement;
  readonly #file: File;
  readonly #uploading: Uploading;
  readonly #form: HTMLFormElement;
  #state: State = "idle";
  #upload: Upload | undefined;
  #previous: PreviousUpload | undefined;
  #told = 0;
  #ended: (() => void) | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(file: File, template: HTMLTemplateElement, uploading: Uploading) {
    this.#file = file;
    this.#uploading = uploading;
    const copy = document.importNode(template.content, true);
    this.element = copy.querySelector<HTMLElement>("li") as HTMLElement;
    this.#form = this.#one("form") as HTMLFormElement;
    this.#one(".upload-name").textContent = file.name;
    this.#one(".upload-size").textContent = this.#size(file.size);
    this.#fill();
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.run();
    });
    this.#one(".upload-pause").addEventListener("click", () => this.#pause());
    this.#one(".upload-remove").addEventListener("click", () => this.#remove());
    addEventListener("online", this.#online);
    const { words } = uploading;
    if (file.size === 0) {
      this.#fail(words.say("empty"));
    } else if (file.size > uploading.limit) {
      this.#fail(words.say("too-large"));
    } else {
      void this.#lookForPart();
    }
  }

  get isUnderWay(): boolean {
    return this.#state === "going" || this.#state === "cut";
  }

  /** Whether it waits for somebody to begin. */
  get waits(): boolean {
    return this.#state === "idle" || this.#state === "paused";
  }

  /** Uploads until all has arrived or something is in the way. */
  async run(): Promise<void> {
    if (!this.waits || !this.#form.reportValidity()) {
      return;
    }
    this.#upload ??= this.#prepare();
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#enter("going", this.#uploading.words.say("begins"));
    this.#upload.start();
    await ended;
  }

  #prepare(): Upload {
    const { endpoint, formToken } = this.#uploading;
    const upload = new Upload(this.#file, {
      endpoint,
      headers: { "X-Form-Token": formToken },
      metadata: this.#metadata(),
      chunkSize: PIECE,
      retryDelays: RETRY_AFTER_MS,
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => mayPass(statusOf(error)),
      onProgress: (sent, size) => this.#progress(sent, size),
      onSuccess: () => this.#enter("arrived", this.#uploading.words.say("arrived")),
      onError: (error) => this.#stopped(error),
    });
    if (this.#previous) {
      upload.resumeFromPreviousUpload(this.#previous);
    }
    return upload;
  }

  /** What the form says; nothing of a packed recording, which says it itself. */
  #metadata(): Record<string, string> {
    const metadata: Record<string, string> = { filename: this.#file.name };
    for (const [name, value] of new FormData(this.#form)) {
      if (typeof value === "string" && value.trim()) {
        metadata[name] = value.trim();
      }
    }
    return metadata;
  }

  #fill(): void {
    const packed = isPacked(this.#file.name);
    this.#one(".upload-packed").hidden = !packed;
    for (const field of this.element.querySelectorAll<HTMLElement>(".upload-fields > .field")) {
      field.hidden = packed;
      for (const input of field.querySelectorAll<HTMLInputElement>("input, select")) {
        input.disabled = packed;
      }
    }
    this.#field("title").value = titleOf(this.#file.name);
    this.#field("date").value = localDateTime(new Date(this.#file.lastModified));
  }

  /** Has a part of this very file arrived before, from this browser? */
  async #lookForPart(): Promise<void> {
    const { endpoint, words } = this.#uploading;
    const found = await new Upload(this.#file, { endpoint }).findPreviousUploads();
    const latest = found.sort((a, b) => b.creationTime.localeCompare(a.creationTime))[0];
    if (!latest || this.#state !== "idle") {
      return;
    }
    this.#previous = latest;
    // What was said of it then counts; it is shown, and cannot be said anew.
    for (const name of ["title", "date", "language", "visibility"]) {
      const field = this.#field(name);
      field.value = latest.metadata[name] ?? field.value;
    }
    this.#one(".upload-fields").inert = true;
    this.#button(".upload-start").textContent = words.say("resume");
    this.#say(words.say("known"));
  }

  #progress(sent: number, size: number): void {
    if (this.#state !== "going") {
      return;
    }
    const { words } = this.#uploading;
    const part = size > 0 ? sent / size : 1;
    const percent = words.say("percent", { percent: String(Math.floor(part * 100)) });
    this.#one<HTMLProgressElement>("progress").value = Math.floor(part * 1000);
    this.#one(".upload-percent").textContent = percent;
    this.#say(words.say("going", { sent: this.#size(sent), size: this.#size(size) }));
    const told = Math.floor(part * NEWS);
    if (told > this.#told && told < NEWS) {
      this.#tell(percent);
    }
    this.#told = told;
  }

  #pause(): void {
    void this.#upload?.abort();
    this.#enter("paused", this.#uploading.words.say("paused"));
  }

  #remove(): void {
    if (this.#state !== "arrived") {
      void this.#upload?.abort();
    }
    clearTimeout(this.#again);
    removeEventListener("online", this.#online);
    this.#state = "failed";
    this.#ended?.();
    this.element.dispatchEvent(new CustomEvent("upload-removed", { bubbles: true }));
    this.element.remove();
  }

  #stopped(error: Error): void {
    const { words } = this.#uploading;
    const status = statusOf(error);
    if (mayPass(status)) {
      this.#enter("cut", words.say("cut"));
      this.#again = setTimeout(this.#online, TRY_AGAIN_AFTER_MS);
    } else if (status === 401 || status === 403) {
      this.#fail(words.say("signed-out"));
    } else if (status === 413) {
      this.#fail(words.say("too-large"));
    } else if (status === 507) {
      this.#fail(words.say("no-room"));
    } else {
      this.#fail(`${words.say("failed")} ${reasonOf(error)}`);
    }
  }

  /** The connection may be back. */
  readonly #online = (): void => {
    if (this.#state === "cut") {
      clearTimeout(this.#again);
      this.#enter("going", this.#uploading.words.say("begins"));
      this.#upload?.start();
    }
  };

  #fail(why: string): void {
    this.#enter("failed", why);
  }

  #enter(state: State, words: string): void {
    this.#state = state;
    this.element.dataset.state = state;
    const has = (...states: State[]) => states.includes(state);
    const start = this.#button(".upload-start");
    const pause = this.#button(".upload-pause");
    const focused = document.activeElement;
    start.hidden = !has("idle", "paused");
    pause.hidden = !has("going", "cut");
    if (state === "paused") {
      start.textContent = this.#uploading.words.say("resume");
    }
    // A button that goes away hands its place on to the one that comes.
    if (focused === start && !pause.hidden) {
      pause.focus();
    } else if (focused === pause && !start.hidden) {
      start.focus();
    } else if ((focused === start || focused === pause) && has("arrived", "failed")) {
      this.#button(".upload-remove").focus();
    }
    this.#one(".upload-fields").inert = state !== "idle";
    this.#one(".upload-progress").hidden = has("idle", "arrived", "failed");
    this.#one(".upload-state").classList.toggle("field-error", has("failed"));
    this.#say(words);
    this.#tell(words);
    if (has("paused", "cut", "arrived", "failed")) {
      this.#ended?.();
    }
  }

  #say(words: string): void {
    this.#one(".upload-state").textContent = words;
  }

  #tell(state: string): void {
    const { words, tell } = this.#uploading;
    tell(words.say("told", { file: this.#file.name, state }));
  }

  #size(bytes: number): string {
    return sizeIn(document.documentElement.lang, bytes);
  }

  #field(name: string): HTMLInputElement | HTMLSelectElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
  }

  #button(selector: string): HTMLButtonElement {
    return this.#one<HTMLButtonElement>(selector);
  }

  #one<Found extends HTMLElement = HTMLElement>(selector: string): Found {
    return this.element.querySelector<Found>(selector) as Found;
  }
}

/** The status of the answer that went wrong; 0 where there was none. */
function statusOf(error: Error): number {
  return error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : -1;
}

/** Whether trying again later may help: no connection, a server that is busy or broken. */
function mayPass(status: number): boolean {
  const passing = status === 0 || status === 409 || status === 423 || status >= 500;
  return passing && status !== 507;
}

/** What the server says, in its own words. */
function reasonOf(error: Error): string {
  const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined;
  try {
    return JSON.parse(body ?? "").error.message;
  } catch {
    return error.message;
  }
}
