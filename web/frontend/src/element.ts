import { type Icon, icon } from "./icons";

/** A new element with a class and children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.className = className;
  element.append(...children);
  return element;
}

/** A button that shows a picture and is called by words. */
export function iconButton(
  className: string,
  picture: Icon,
  words: string,
  press: () => void,
): HTMLButtonElement {
  const button = make("button", className, icon(picture));
  button.type = "button";
  name(button, words);
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    press();
  });
  return button;
}

/** Gives an element its words, for ears and for a resting pointer. */
export function name(element: HTMLElement, words: string): void {
  if (element.getAttribute("aria-label") !== words) {
    element.setAttribute("aria-label", words);
    element.title = words;
  }
}

export function setIcon(button: HTMLElement, picture: Icon): void {
  if (button.dataset.icon !== picture) {
    button.dataset.icon = picture;
    button.replaceChildren(icon(picture));
  }
}
