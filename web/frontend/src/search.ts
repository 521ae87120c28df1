/** On the search page, arrow keys go from hit to hit, and `/` back to the field. */

// The marks of the small ribbons are the hits below them once more: the Tab key need not visit both.
for (const mark of document.querySelectorAll(".ribbon-small a.mark")) {
  mark.setAttribute("tabindex", "-1");
}

const links = [...document.querySelectorAll<HTMLAnchorElement>(".hit-link")];
const field = document.querySelector<HTMLInputElement>("main input[type=search]");

addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) {
    return;
  }
  const writes = target.matches("input, textarea, select");
  if (event.key === "/" && !writes && field) {
    event.preventDefault();
    field.focus();
    field.select();
    return;
  }
  const at = links.indexOf(target as HTMLAnchorElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || (at < 0 && !(target === field && step === 1))) {
    return;
  }
  const next = links[at + step] ?? (step === -1 ? field : undefined);
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
