import { parseSeconds, secondsParameter } from "./time";

/** The position that `href` asks for on the page at `here`, or undefined if it leads elsewhere. */
export function positionInPage(href: string, here: string): number | undefined {
  if (href.startsWith("#")) {
    return undefined; // a place on the page, whatever second its address names
  }
  const target = new URL(href, here);
  const page = new URL(here);
  const same = target.origin === page.origin && target.pathname === page.pathname;
  return same ? parseSeconds(target.searchParams.get("t")) : undefined;
}

/** The address of the page at `here` with the position in it, everything else as it was. */
export function addressAt(here: string, seconds: number): string {
  const address = new URL(here);
  address.searchParams.set("t", secondsParameter(seconds));
  address.hash = "";
  return address.href;
}
