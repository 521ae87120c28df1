/** The interface's words, which the server wrote into the page in the reader's language. */
export class Words {
  readonly #holder: Element | null;

  constructor(holder: Element | null) {
    this.#holder = holder;
  }

  /** The words of `data-key`, with `{name}` replaced by its value. Empty if the page has none. */
  say(key: string, values: Record<string, string> = {}): string {
    return fill(this.#holder?.getAttribute(`data-${key}`) ?? "", values);
  }
}

export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{\s*\$?(\w+)\s*\}/g, (whole, name: string) => values[name] ?? whole);
}
