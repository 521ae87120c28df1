/** What arrives, as it is by now; and uploading. */

import { keepFresh } from "./fresh";
import { canUpload, UploadItem } from "./upload";
import { Words } from "./words";

const jobs = document.getElementById("jobs");
if (jobs) {
  void keepFresh(jobs);
}

const section = document.getElementById("uploading");
if (section && canUpload) {
  offer(section);
}

function offer(section: HTMLElement): void {
  const one = <Found extends HTMLElement>(selector: string) =>
    section.querySelector<Found>(selector) as Found;
  const picker = one<HTMLInputElement>("input[type=file]");
  const list = one<HTMLOListElement>(".upload-list");
  const template = one<HTMLTemplateElement>("template");
  const together = one<HTMLElement>(".upload-together");
  const news = one<HTMLElement>(".upload-news");
  const uploading = {
    endpoint: section.dataset.endpoint ?? "",
    formToken: section.dataset.formToken ?? "",
    limit: Number(section.dataset.limit),
    words: new Words(one(".upload-words")),
    tell: (words: string) => {
      news.textContent = words;
    },
  };
  let items: UploadItem[] = [];

  one<HTMLElement>(".upload-picker").hidden = false;
  picker.addEventListener("change", () => {
    const added = [...(picker.files ?? [])].map((it) => new UploadItem(it, template, uploading));
    // The same file may be chosen again.
    picker.value = "";
    list.append(...added.map((it) => it.element));
    items.push(...added);
    together.hidden = items.length < 2;
    added[0]?.element.querySelector<HTMLElement>("input:enabled, select, button")?.focus();
  });
  list.addEventListener("upload-removed", (event) => {
    items = items.filter((it) => it.element !== event.target);
    together.hidden = items.length < 2;
    picker.focus();
  });
  one<HTMLButtonElement>(".upload-all").addEventListener("click", async () => {
    // One after the other: together they would not be quicker.
    for (const item of items) {
      await item.run();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (items.some((it) => it.isUnderWay)) {
      event.preventDefault();
    }
  });
}
