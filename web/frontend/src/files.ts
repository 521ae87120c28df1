/** Whether a file is packed, as recordings of BigBlueButton come. */
export function isPacked(name: string): boolean {
  return /\.(tar|tar\.gz|tgz|zip)$/i.test(name);
}

/** A title to begin with: what the file is called, with spaces for what stands for them. */
export function titleOf(name: string): string {
  const stem = name.replace(/\.[^.]{1,5}$/, "");
  return stem.replace(/[_\s]+/g, " ").trim();
}

/** A moment as `input[type=datetime-local]` has it, in this machine's time zone. */
export function localDateTime(moment: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** How large something is, in the reader's language: `1.2 GB`. */
export function sizeIn(language: string, bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const maximumFractionDigits = unit > 1 && size < 100 ? 1 : 0;
  const style = { style: "unit", unit: UNITS[unit] as string, unitDisplay: "short" } as const;
  return new Intl.NumberFormat(language, { ...style, maximumFractionDigits }).format(size);
}
