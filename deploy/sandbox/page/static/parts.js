// Pieces that posts, chats and letters are drawn from.

import { element, initials } from "./text.js";

const DAY = new Intl.DateTimeFormat("ru", { day: "numeric", month: "long", timeZone: "Europe/Moscow" });
const CLOCK = new Intl.DateTimeFormat("ru", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Moscow" });

export function when(at, edited = false) {
  const moment = new Date(at);
  const today = DAY.format(moment) === DAY.format(new Date());
  const shown = element("time", "", `${edited ? "изменено, " : ""}${today ? "" : `${DAY.format(moment)}, `}${CLOCK.format(moment)}`);
  shown.dateTime = at;
  return shown;
}

export function until(at) {
  const shown = element("time", "", `видна до ${DAY.format(new Date(at))}, ${CLOCK.format(new Date(at))}`);
  shown.dateTime = at;
  return shown;
}

export function avatar(name, size) {
  const shown = element("span", `avatar ${size ?? ""}`, initials(name));
  shown.setAttribute("aria-hidden", "true");
  return shown;
}

export function pictures(list) {
  if (!list.length) return null;
  const box = element("div", list.length > 1 ? "pictures many" : "pictures");
  for (const picture of list) {
    const image = element("img");
    Object.assign(image, { src: picture.url, alt: picture.alt, width: picture.width, height: picture.height });
    box.append(image);
  }
  return box;
}

export function isWeb(address) {
  return /^https?:\/\//i.test(address);
}
