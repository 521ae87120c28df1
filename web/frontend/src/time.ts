/** Positions in a recording are seconds, as media elements count them. */

/** `75` → `1:15`, `5321.4` → `1:28:41`: as the server writes times. */
export function formatTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/** Seconds as a plain decimal, or undefined for anything else, as no or a broken attribute is. */
export function parseSeconds(text: string | null | undefined): number | undefined {
  return text && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** A position as `?t=` carries it: to a hundredth, without zeros that say nothing. */
export function secondsParameter(seconds: number): string {
  return String(Math.round(Math.max(0, seconds) * 100) / 100);
}
