import back from "heroicons/24/outline/arrow-uturn-left.svg";
import forward from "heroicons/24/outline/arrow-uturn-right.svg";
import shrink from "heroicons/24/outline/arrows-pointing-in.svg";
import grow from "heroicons/24/outline/arrows-pointing-out.svg";
import captions from "heroicons/24/outline/chat-bubble-bottom-center-text.svg";
import settings from "heroicons/24/outline/cog-6-tooth.svg";
import sound from "heroicons/24/outline/speaker-wave.svg";
import silence from "heroicons/24/outline/speaker-x-mark.svg";
import pause from "heroicons/24/solid/pause.svg";
import play from "heroicons/24/solid/play.svg";

const pictures = {
  back,
  captions,
  forward,
  grow,
  pause,
  play,
  settings,
  shrink,
  silence,
  sound,
};

export type Icon = keyof typeof pictures;

/** The picture as an element that assistive technology passes over. */
export function icon(name: Icon): Element {
  const holder = document.createElement("template");
  holder.innerHTML = pictures[name];
  const svg = holder.content.firstElementChild as Element;
  svg.setAttribute("aria-hidden", "true");
  svg.removeAttribute("data-slot");
  return svg;
}
