/** The desk: work that goes on is shown as it is, without a reload. */

const REFRESH_EVERY_MS = 4000;
const MOST_FAILURES = 5;

const jobs = document.getElementById("jobs");
if (jobs) {
  void keepFresh(jobs);
}

async function keepFresh(place: HTMLElement): Promise<void> {
  let failures = 0;
  while (failures < MOST_FAILURES) {
    await new Promise((resolve) => setTimeout(resolve, REFRESH_EVERY_MS));
    // Nothing is taken from under somebody's hands or ears.
    if (document.hidden || place.contains(document.activeElement)) {
      continue;
    }
    try {
      const response = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("jobs");
      if (!response.ok || response.redirected || !fresh) {
        return; // signed out meanwhile
      }
      failures = 0;
      if (fresh.innerHTML !== place.innerHTML && !place.contains(document.activeElement)) {
        place.replaceChildren(...fresh.childNodes);
      }
    } catch {
      failures += 1;
    }
  }
}
