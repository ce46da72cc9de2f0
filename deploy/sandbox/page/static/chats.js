// Private chats as the person sees them: what they wrote stands on the right, and every button can be pressed.

import { answer, button, choose, press } from "./acts.js";
import { avatar, isWeb, pictures, when } from "./parts.js";
import { element, formatted } from "./text.js";

function keys(network, dialog, line) {
  if (!line.buttons.length) return null;
  const list = element("ul", "keys");
  list.setAttribute("aria-label", "Кнопки под сообщением");
  for (const row of line.buttons) {
    const shown = row.map((one) => {
      const look = one.text === line.pressed ? "key pressed" : "key";
      if (!one.link) return button(look, `press ${line.id} ${one.text}`, one.text, () => press(network, dialog, line, one.text));
      const link = element(isWeb(one.link) ? "a" : "span", look, one.text);
      if (link.tagName === "A") link.href = one.link;
      return link;
    });
    list.append(element("li", "", ...shown));
  }
  return list;
}

function menu(network, dialog) {
  const items = dialog.menu.map((item, index) =>
    button("item", `menu ${dialog.id} ${index}`, item.text, () => choose(network, dialog, item)));
  const writing = button("item write", `answer ${dialog.id}`, "Написать", () => answer(network, dialog));
  return element("div", "menu", ...items, writing);
}

export function dialog(network, one) {
  const names = element("div", "", element("h4", "", one.person), element("p", "", `пишет: ${one.account}`));
  const lines = element("ol", "lines");
  for (const line of one.lines) {
    const shown = element("li", line.mine ? "line mine" : "line");
    shown.append(pictures(line.pictures) ?? "");
    if (line.text) shown.append(formatted(line.text, line.spans));
    shown.append(keys(network, one, line) ?? "", when(line.at));
    lines.append(shown);
  }
  const head = element("div", "head", avatar(one.person, "small"), names);
  const section = element("section", "dialog", head, lines, menu(network, one));
  section.id = one.id;
  return section;
}
