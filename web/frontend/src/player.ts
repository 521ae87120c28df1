import { Captions } from "./captions";
import { Controls } from "./controls";
import { Film } from "./film";
import { listenToKeys } from "./keys";
import { addressAt, positionInPage } from "./links";
import { markSlides, replayChat } from "./replay";
import { Ribbon } from "./ribbon";
import { Stage } from "./stage";
import { Tabs } from "./tabs";
import { parseSeconds } from "./time";
import { TranscriptSync } from "./transcript";
import { drawWave } from "./wave";
import { Words } from "./words";

const tabsRoot = document.querySelector<HTMLElement>(".tabs");
const tabs = tabsRoot ? new Tabs(tabsRoot) : undefined;

const player = document.getElementById("player");
const video = player?.querySelector<HTMLVideoElement>("video#film");
// Where nobody had a camera or a microphone on, the shared screen is the film.
const playlist = player?.dataset.hls ?? player?.dataset.audioHls ?? player?.dataset.deskshareHls;
if (player && video && playlist) {
  start(player, video, playlist);
}

function start(player: HTMLElement, video: HTMLVideoElement, playlist: string): void {
  const words = new Words(player.querySelector(".player-words"));
  const begin = parseSeconds(player.dataset.start);
  const duration = parseSeconds(player.dataset.duration) ?? 0;
  const film = new Film(video, playlist, duration, begin ?? 0);
  const stage = new Stage(film, player.dataset);
  const captions = new Captions(video);
  player.append(stage.element);
  const controls = new Controls({ player, film, stage, captions, words });
  player.append(controls.element);
  player.classList.add("player-ready");
  listenToKeys(film, controls, player);
  if (!player.dataset.hls && player.dataset.audioHls && player.dataset.peaks) {
    void drawWave(film, stage.element, player.dataset.peaks);
  }

  const panel = document.getElementById("transcript");
  const transcript = panel ? new TranscriptSync(film, panel) : undefined;
  const go = (seconds: number) => {
    history.replaceState(history.state, "", addressAt(location.href, seconds));
    void film.play(seconds);
  };

  const ribbon = player.parentElement?.querySelector<HTMLElement>(".ribbon");
  const drawing = ribbon?.querySelector<SVGSVGElement>(".ribbon-drawing");
  if (ribbon && drawing) {
    new Ribbon(ribbon, drawing, film, (seconds) => {
      go(seconds);
      transcript?.backToVoice();
    });
  }
  const chat = document.querySelector<HTMLElement>("#chat .chat");
  if (chat) {
    replayChat(film, chat);
  }
  const slides = document.querySelector<HTMLElement>("#slides .slide-strip");
  if (slides) {
    markSlides(film, slides);
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || modified || event.button !== 0 || event.defaultPrevented) {
      return;
    }
    const seconds = positionInPage(link.getAttribute("href") ?? "", location.href);
    if (seconds !== undefined) {
      event.preventDefault();
      go(seconds);
      // In the transcript the reader chose the place themselves: nothing has to move.
      if (link.closest("#transcript")) {
        transcript?.follow();
      } else {
        transcript?.backToVoice();
      }
    }
  });

  if (begin !== undefined) {
    tabs?.showAddressed();
    if (!location.hash) {
      transcript?.backToVoice();
    }
    // Somebody followed a link to this second. If the browser wants a click first, the large
    // button waits for it at the same place.
    void film.play(begin);
  } else {
    // The words of the page come first; then the player makes itself ready for a press.
    const open = () => setTimeout(() => void film.open(), 200);
    if (document.readyState === "complete") {
      open();
    } else {
      addEventListener("load", open, { once: true });
    }
  }
}
