import { make } from "./element";
import type { Film } from "./film";

/** The waveform, where a recording has sound and nothing to see: heard part in ink. */
export async function drawWave(film: Film, stage: HTMLElement, address: string): Promise<void> {
  let peaks: number[];
  try {
    const response = await fetch(address);
    ({ peaks } = (await response.json()) as { peaks: number[] });
  } catch {
    return; // the sound plays without
  }
  if (!Array.isArray(peaks) || peaks.length === 0) {
    return;
  }
  const canvas = make("canvas", "wave");
  canvas.setAttribute("aria-hidden", "true");
  stage.append(canvas);
  const bars = 240;
  const loudest = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars));
    return Math.max(...peaks.slice(from, to)) / 255;
  });
  canvas.width = bars * 4;
  canvas.height = 240;
  let drawn = -1;
  const draw = () => {
    const heard = Math.floor((film.position / film.duration) * bars);
    const pen = canvas.getContext("2d");
    if (heard === drawn || !pen) {
      return;
    }
    drawn = heard;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    for (const [bar, loudness] of loudest.entries()) {
      const height = Math.max(4, loudness * canvas.height);
      pen.fillStyle = bar < heard ? "#6cc5ae" : "#74777d";
      pen.fillRect(bar * 4, (canvas.height - height) / 2, 3, height);
    }
  };
  film.on("time", draw);
  draw();
}
