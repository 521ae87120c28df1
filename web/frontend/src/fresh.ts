const REFRESH_EVERY_MS = 4000;
const MOST_FAILURES = 5;

/** Shows what is in `#jobs` as it is by now, again and again, without a reload. */
export async function keepFresh(place: HTMLElement): Promise<void> {
  let failures = 0;
  while (failures < MOST_FAILURES) {
    await new Promise((resolve) => setTimeout(resolve, REFRESH_EVERY_MS));
    // Nothing is taken from under somebody's hands or ears.
    if (document.hidden || place.contains(document.activeElement)) {
      continue;
    }
    try {
      if (!(await freshen(place))) {
        return; // signed out meanwhile
      }
      failures = 0;
    } catch {
      failures += 1;
    }
  }
}

/** Whether the page is still to be had. */
async function freshen(place: HTMLElement): Promise<boolean> {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById(place.id);
  if (!response.ok || response.redirected || !fresh) {
    return false;
  }
  if (fresh.innerHTML !== place.innerHTML && !place.contains(document.activeElement)) {
    place.replaceChildren(...fresh.childNodes);
  }
  return true;
}
