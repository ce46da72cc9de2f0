// The page is drawn again from /page/view whenever /page/stream says that something has changed.

import { dialog } from "./chats.js";
import { when } from "./parts.js";
import { community } from "./posts.js";
import { counted, element, formatted } from "./text.js";

const GLYPHS = { vk: "В", ok: "О", email: "@" }; // of the others: the first letter of their title
const EXACT = new Intl.DateTimeFormat("ru", { timeStyle: "medium", timeZone: "Europe/Moscow" });
const NARROWEST = 300; // pixels of a column
const GAP = 20; // as in page.css
const main = document.getElementById("networks");
const jumps = document.getElementById("jumps");
const status = document.getElementById("status");
const columnOf = new Map(); // where a network stands, it stays: nothing jumps about while somebody reads

function bar(glyph, title, count) {
  const sign = element("span", "glyph", glyph);
  sign.setAttribute("aria-hidden", "true");
  return element("div", "bar", sign, element("h2", "", title), element("p", "", count));
}

function panel(network) {
  const lively = network.communities.filter((one) => one.posts.length || one.stories.length);
  const still = network.communities.filter((one) => !one.posts.length && !one.stories.length);
  const posts = lively.reduce((sum, one) => sum + one.posts.length + one.stories.length, 0);
  const head = bar(GLYPHS[network.name] ?? network.title[0], network.title, counted(posts, "запись", "записи", "записей"));
  const section = element("section", `network ${network.name}`, head, ...lively.map((one) => community(network, one)));
  section.id = `network-${network.name}`;
  if (!lively.length) section.append(element("p", "empty", "Здесь появятся записи, как только их опубликуют."));
  if (network.dialogs.length) {
    const chats = network.dialogs.map((one) => dialog(network, one));
    section.append(element("section", "dialogs", element("h3", "", "Личные сообщения"), ...chats));
  }
  if (still.length) section.append(element("p", "others", `Пока без записей: ${still.map((one) => one.title).join(", ")}`));
  return section;
}

function letter(mail) {
  const names = element("div", "", element("h3", "", mail.subject || "Без темы"), element("p", "", `кому: ${mail.to}`));
  const article = element("article", "letter", element("div", "head", names, when(mail.at)), formatted(mail.text, []));
  article.id = mail.id;
  return article;
}

function mailbox(mails) {
  const head = bar("@", "Почта", counted(mails.length, "письмо", "письма", "писем"));
  const section = element("section", "network mail", head, ...mails.map(letter));
  section.id = "network-mail";
  if (!mails.length) section.append(element("p", "empty", "Здесь появятся письма: наружу не уходит ни одно."));
  return section;
}

function jump(section) {
  const link = element("a", "", section.querySelector("h2").textContent);
  link.href = `#${section.id}`;
  return link;
}

// As many columns as fit; whatever is new goes where there is most room.
function place(sections) {
  const number = Math.max(1, Math.min(sections.length, Math.floor((main.clientWidth + GAP) / (NARROWEST + GAP))));
  const columns = Array.from({ length: number }, () => element("div", "column"));
  main.replaceChildren(...columns);
  for (const section of sections) {
    const kept = columns[columnOf.get(section.id)];
    const column = kept ?? columns.reduce((best, one) => (one.offsetHeight < best.offsetHeight ? one : best));
    column.append(section);
    columnOf.set(section.id, columns.indexOf(column));
  }
}

function redrawn(sections) {
  const focused = document.activeElement?.dataset.act;
  const [x, y] = [scrollX, scrollY];
  place(sections);
  scrollTo(x, y);
  if (focused) main.querySelector(`[data-act="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

async function draw() {
  const answer = await fetch("/page/view");
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const view = await answer.json();
  const sections = [...view.networks.map(panel), mailbox(view.mails)];
  redrawn(sections);
  if (!jumps.childElementCount) jumps.append(...sections.map(jump)); // once: whoever has one in focus keeps it
  status.textContent = `Обновлено в ${EXACT.format(new Date())}`;
  status.parentElement.classList.remove("lost");
}

function lost() {
  status.textContent = "Нет связи со стендами";
  status.parentElement.classList.add("lost");
}

function follow() {
  let drawing = Promise.resolve();
  const stream = new EventSource("/page/stream");
  stream.addEventListener("change", () => { drawing = drawing.then(draw).catch(lost); });
  stream.addEventListener("error", () => { if (stream.readyState === EventSource.CLOSED) lost(); });
  addEventListener("resize", () => {
    columnOf.clear();
    drawing = drawing.then(() => place([...main.querySelectorAll(".network")])).catch(lost);
  });
}

// "/?still" is drawn once and then left alone: a browser that takes a picture waits for every open request.
if (new URLSearchParams(location.search).has("still")) await draw();
else follow();
