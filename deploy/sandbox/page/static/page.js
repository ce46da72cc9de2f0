// The page is drawn again from /page/view whenever /page/stream says that something has changed.

import { counted, element, formatted, initials } from "./text.js";

const GLYPHS = { telegram: "T", vk: "В", max: "M", ok: "О" };
const DAY = new Intl.DateTimeFormat("ru", { day: "numeric", month: "long", timeZone: "Europe/Moscow" });
const CLOCK = new Intl.DateTimeFormat("ru", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Moscow" });
const EXACT = new Intl.DateTimeFormat("ru", { timeStyle: "medium", timeZone: "Europe/Moscow" });
const main = document.getElementById("networks");
const jumps = document.getElementById("jumps");
const status = document.getElementById("status");

function when(at, edited = false) {
  const moment = new Date(at);
  const today = DAY.format(moment) === DAY.format(new Date());
  const shown = element("time", "", `${edited ? "изменено, " : ""}${today ? "" : `${DAY.format(moment)}, `}${CLOCK.format(moment)}`);
  shown.dateTime = at;
  return shown;
}

function avatar(name, size) {
  const shown = element("span", `avatar ${size ?? ""}`, initials(name));
  shown.setAttribute("aria-hidden", "true");
  return shown;
}

function pictures(list) {
  if (!list.length) return null;
  const box = element("div", list.length > 1 ? "pictures many" : "pictures");
  for (const picture of list) {
    const image = element("img");
    Object.assign(image, { src: picture.url, alt: picture.alt, width: picture.width, height: picture.height });
    box.append(image);
  }
  return box;
}

function keys(rows, pressed) {
  if (!rows.length) return null;
  const list = element("ul", "keys");
  list.setAttribute("aria-label", "Кнопки под сообщением");
  for (const row of rows) {
    const line = element("li");
    for (const button of row) {
      const shown = element(button.link ? "a" : "span", button.text === pressed ? "key pressed" : "key", button.text);
      if (button.link && /^https?:\/\//i.test(button.link)) shown.href = button.link;
      line.append(shown);
    }
    list.append(line);
  }
  return list;
}

function reactions(title, list) {
  if (!list.length) return null;
  const box = element("section", "reactions", element("h4", "", title));
  for (const one of list) {
    const said = element("div", "", element("strong", "", one.who), one.text || "поделился записью", " ", when(one.at));
    box.append(element("div", "reaction", avatar(one.who, "tiny"), said));
  }
  return box;
}

function until(at) {
  const shown = element("time", "", `видна до ${DAY.format(new Date(at))}, ${CLOCK.format(new Date(at))}`);
  shown.dateTime = at;
  return shown;
}

function story(one) {
  const article = element("article", "story", pictures(one.pictures) ?? "");
  if (one.text) article.append(formatted(one.text, one.spans));
  article.append(element("p", "foot", when(one.at, one.edited), " ", one.visible_until ? until(one.visible_until) : ""));
  article.id = one.id;
  return article;
}

function stories(list) {
  if (!list.length) return null;
  return element("section", "stories", element("h4", "", "Истории"), ...list.map(story));
}

function poll(one) {
  const box = element("section", "poll", element("h4", "", one.question));
  for (const option of one.options) {
    const bar = element("meter", "");
    Object.assign(bar, { min: 0, max: Math.max(one.voters, 1), value: option.votes });
    bar.setAttribute("aria-hidden", "true"); // the number beside it says the same
    box.append(element("div", "option", element("span", "", option.text), element("strong", "", String(option.votes)), bar));
  }
  const voters = counted(one.voters, "голосующий", "голосующих", "голосующих");
  box.append(element("p", "foot", one.closed ? `Опрос завершён, ${voters}` : `Опрос, ${voters}`));
  return box;
}

function source(one) {
  const link = element(/^https?:\/\//i.test(one.url) ? "a" : "span", "", one.url);
  if (link.tagName === "A") Object.assign(link, { href: one.url, rel: "noopener noreferrer nofollow" });
  return element("blockquote", "source", element("h4", "", "Репост"), one.text ? element("p", "text", one.text) : "", link);
}

function withdrawn(one) {
  const article = element("article", "post withdrawn", element("p", "", "Запись снята с публикации. ", when(one.at)));
  article.id = one.id;
  return article;
}

function post(network, community, one) {
  if (one.withdrawn) return withdrawn(one);
  const said = element("div", "said");
  if (network.name === "telegram") said.append(element("p", "by", community.title));
  if (one.text) said.append(formatted(one.text, one.spans));
  said.append(one.poll ? poll(one.poll) : "", one.source ? source(one.source) : "");
  const buttons = keys(one.buttons);
  if (buttons) said.append(buttons);
  const article = element("article", "post");
  article.id = one.id;
  if (network.name === "vk") {
    const by = element("div", "", element("p", "by", community.title), when(one.at, one.edited));
    article.append(element("div", "lead", avatar(community.title, "small"), by), said);
    article.append(pictures(one.pictures) ?? "", counts(one));
  } else {
    said.append(element("p", "foot", when(one.at, one.edited)));
    article.append(pictures(one.pictures) ?? "", said);
    if (one.reactions) said.append(element("p", "liked", counted(one.reactions, "реакция", "реакции", "реакций")));
  }
  const comments = reactions(counted(one.comments.length, "комментарий", "комментария", "комментариев"), one.comments);
  const reposts = reactions(counted(one.reposts.length, "репост", "репоста", "репостов"), one.reposts);
  article.append(comments ?? "", reposts ?? "");
  return article;
}

function counts(one) {
  const comments = element("li", one.comments.length ? "on" : "", `Комментарии ${one.comments.length}`);
  const reposts = element("li", one.reposts.length ? "on" : "", `Репосты ${one.reposts.length}`);
  const likes = element("li", one.reactions ? "on" : "", `Нравится ${one.reactions}`);
  return element("ul", "counts", likes, comments, reposts);
}

function community(network, one) {
  const people = network.name === "vk" ? ["участник", "участника", "участников"] : ["подписчик", "подписчика", "подписчиков"];
  const names = element("div", "", element("h3", "", one.title), element("p", "", counted(one.followers, ...people)));
  const section = element("section", "community", element("div", "head", avatar(one.title), names));
  section.id = one.handle;
  section.append(stories(one.stories) ?? "");
  section.append(element("div", "posts", ...one.posts.map((shown) => post(network, one, shown))));
  return section;
}

function dialog(one) {
  const names = element("div", "", element("h4", "", one.person), element("p", "", `пишет: ${one.account}`));
  const lines = element("ol", "lines");
  for (const line of one.lines) {
    const shown = element("li", line.mine ? "line mine" : "line");
    shown.append(pictures(line.pictures) ?? "");
    if (line.text) shown.append(formatted(line.text, line.spans));
    shown.append(keys(line.buttons, line.pressed) ?? "", when(line.at));
    lines.append(shown);
  }
  return element("section", "dialog", element("div", "head", avatar(one.person, "small"), names), lines);
}

function panel(network) {
  const lively = network.communities.filter((one) => one.posts.length || one.stories.length);
  const still = network.communities.filter((one) => !one.posts.length && !one.stories.length);
  const posts = lively.reduce((sum, one) => sum + one.posts.length + one.stories.length, 0);
  const glyph = element("span", "glyph", GLYPHS[network.name] ?? network.title[0]);
  glyph.setAttribute("aria-hidden", "true");
  const bar = element("div", "bar", glyph, element("h2", "", network.title));
  bar.append(element("p", "", counted(posts, "запись", "записи", "записей")));
  const section = element("section", `network ${network.name}`, bar, ...lively.map((one) => community(network, one)));
  section.id = `network-${network.name}`;
  if (!lively.length) section.append(element("p", "empty", "Здесь появятся записи, как только их опубликуют."));
  if (network.dialogs.length) {
    const box = element("section", "dialogs", element("h3", "", "Личные сообщения"), ...network.dialogs.map(dialog));
    section.append(box);
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
  const glyph = element("span", "glyph", "@");
  glyph.setAttribute("aria-hidden", "true");
  const bar = element("div", "bar", glyph, element("h2", "", "Почта"));
  bar.append(element("p", "", counted(mails.length, "письмо", "письма", "писем")));
  const section = element("section", "network mail", bar, ...mails.map(letter));
  section.id = "network-mail";
  if (!mails.length) section.append(element("p", "empty", "Здесь появятся письма: наружу не уходит ни одно."));
  return section;
}

function jump(section) {
  const link = element("a", "", section.querySelector("h2").textContent);
  link.href = `#${section.id}`;
  return link;
}

async function draw() {
  const answer = await fetch("/page/view");
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const view = await answer.json();
  const sections = [...view.networks.map(panel), mailbox(view.mails)];
  main.replaceChildren(...sections);
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
}

// "/?still" is drawn once and then left alone: a browser that takes a picture waits for every open request.
if (new URLSearchParams(location.search).has("still")) await draw();
else follow();
