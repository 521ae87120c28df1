/** Turns the sections under `.tabs` into tabs; their list of contents becomes the tab list. */
export class Tabs {
  readonly #tabs: readonly HTMLAnchorElement[];

  constructor(root: HTMLElement) {
    const list = root.querySelector<HTMLElement>(".tab-list ul");
    this.#tabs = [...root.querySelectorAll<HTMLAnchorElement>(".tab-list a.tab")].filter((it) =>
      panelOf(it),
    );
    if (!list || this.#tabs.length === 0) {
      return;
    }
    root.classList.add("scripted");
    const label = list.closest("nav")?.getAttribute("aria-label");
    list.setAttribute("role", "tablist");
    if (label) {
      list.setAttribute("aria-label", label);
    }
    // The tab list is no navigation any more.
    list.closest("nav")?.setAttribute("role", "presentation");
    list.closest("nav")?.removeAttribute("aria-label");
    for (const tab of this.#tabs) {
      tab.parentElement?.setAttribute("role", "presentation");
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panelOf(tab)?.id ?? "");
      const panel = panelOf(tab);
      panel?.setAttribute("role", "tabpanel");
      panel?.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        this.show(tab);
        history.replaceState(history.state, "", tab.hash);
      });
    }
    list.addEventListener("keydown", (event) => this.#step(event));
    addEventListener("hashchange", () => this.showAddressed());
    this.show(this.#addressed() ?? (this.#tabs[0] as HTMLAnchorElement));
  }

  show(chosen: HTMLAnchorElement): void {
    for (const tab of this.#tabs) {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      const panel = panelOf(tab);
      if (panel) {
        panel.hidden = !selected;
      }
    }
    bringIntoRow(chosen);
    dispatchEvent(new Event("scroll"));
  }

  /** Shows the panel that the address leads to, or into. */
  showAddressed(): void {
    const tab = this.#addressed();
    if (tab) {
      this.show(tab);
    }
  }

  #addressed(): HTMLAnchorElement | undefined {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    return target ? this.#tabs.find((it) => panelOf(it)?.contains(target)) : undefined;
  }

  #step(event: KeyboardEvent): void {
    const at = this.#tabs.indexOf(document.activeElement as HTMLAnchorElement);
    const forward =
      getComputedStyle(document.body).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const count = this.#tabs.length;
    const to = new Map([
      [forward, (at + 1) % count],
      [backward, (at - 1 + count) % count],
      ["Home", 0],
      ["End", count - 1],
    ]).get(event.key);
    const tab = to === undefined || at < 0 ? undefined : this.#tabs[to];
    if (tab) {
      event.preventDefault();
      this.show(tab);
      tab.focus();
    }
  }
}

/** Moves a row of tabs sideways until one is in the middle; `scrollIntoView` would move the page too. */
function bringIntoRow(tab: HTMLElement): void {
  const row = tab.closest("ul");
  if (row) {
    const [within, own] = [row.getBoundingClientRect(), tab.getBoundingClientRect()];
    row.scrollLeft += own.left + own.width / 2 - (within.left + within.width / 2);
  }
}

function panelOf(tab: HTMLAnchorElement): HTMLElement | null {
  return document.getElementById(tab.hash.slice(1));
}
