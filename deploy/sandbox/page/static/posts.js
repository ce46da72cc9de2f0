// Communities and what they have put out: posts, stories, polls, reposts, and what people say of them.

import { button, comment, like, repost, vote, write } from "./acts.js";
import { avatar, isWeb, pictures, until, when } from "./parts.js";
import { counted, element, formatted } from "./text.js";

const CALLED_MEMBERS = ["vk", "ok"]; // whoever is in a group; elsewhere people follow a channel

function reactions(title, list) {
  if (!list.length) return null;
  const box = element("section", "reactions", element("h4", "", title));
  for (const one of list) {
    const said = element("div", "", element("strong", "", one.who), one.text || "поделился записью", " ", when(one.at));
    box.append(element("div", "reaction", avatar(one.who, "tiny"), said));
  }
  return box;
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

function poll(place, one) {
  const box = element("section", "poll", element("h4", "", one.poll.question));
  one.poll.options.forEach((option, index) => {
    const bar = element("meter", "");
    Object.assign(bar, { min: 0, max: Math.max(one.poll.voters, 1), value: option.votes });
    bar.setAttribute("aria-hidden", "true"); // the number beside it says the same
    const choice = one.poll.closed
      ? element("span", "", option.text)
      : button("choice", `vote ${one.id} ${index}`, option.text, () => vote(index, ...place, one));
    box.append(element("div", "option", choice, element("strong", "", String(option.votes)), bar));
  });
  const voters = counted(one.poll.voters, "голосующий", "голосующих", "голосующих");
  box.append(element("p", "foot", one.poll.closed ? `Опрос завершён, ${voters}` : `Опрос, ${voters}`));
  return box;
}

function source(one) {
  const link = element(isWeb(one.url) ? "a" : "span", "", one.url);
  if (link.tagName === "A") Object.assign(link, { href: one.url, rel: "noopener noreferrer nofollow" });
  return element("blockquote", "source", element("h4", "", "Репост"), one.text ? element("p", "text", one.text) : "", link);
}

function links(rows) {
  if (!rows.length) return "";
  const line = (row) => element("li", "", ...row.map((one) => {
    const shown = element(one.link ? "a" : "span", "key", one.text);
    if (one.link && isWeb(one.link)) shown.href = one.link;
    return shown;
  }));
  const list = element("ul", "keys", ...rows.map(line));
  list.setAttribute("aria-label", "Кнопки под записью");
  return list;
}

function acts(place, one) {
  const row = (key, label, number, act) => {
    const look = number ? `act ${key} on` : `act ${key}`;
    const made = button(look, `${key} ${one.id}`, number ? String(number) : "", () => act(...place, one));
    made.ariaLabel = made.title = number ? `${label}: ${number}` : label;
    return element("li", "", made);
  };
  return element("ul", "acts", row("like", "Нравится", one.reactions, like),
    row("comment", "Комментарии", one.comments.length, comment), row("repost", "Репосты", one.reposts.length, repost));
}

function withdrawn(one) {
  const article = element("article", "post withdrawn", element("p", "", "Запись снята с публикации. ", when(one.at)));
  article.id = one.id;
  return article;
}

function post(network, community, one) {
  if (one.withdrawn) return withdrawn(one);
  const place = [network, community];
  const said = element("div", "said");
  if (network.name === "telegram") said.append(element("p", "by", community.title));
  if (one.text) said.append(formatted(one.text, one.spans));
  said.append(one.poll ? poll(place, one) : "", one.source ? source(one.source) : "", links(one.buttons));
  const article = element("article", "post");
  article.id = one.id;
  if (network.name === "vk") {
    const by = element("div", "", element("p", "by", community.title), when(one.at, one.edited));
    article.append(element("div", "lead", avatar(community.title, "small"), by), said, pictures(one.pictures) ?? "");
  } else {
    said.append(element("p", "foot", when(one.at, one.edited)));
    article.append(pictures(one.pictures) ?? "", said);
  }
  const comments = reactions(counted(one.comments.length, "комментарий", "комментария", "комментариев"), one.comments);
  const reposts = reactions(counted(one.reposts.length, "репост", "репоста", "репостов"), one.reposts);
  article.append(acts(place, one), comments ?? "", reposts ?? "");
  return article;
}

export function community(network, one) {
  const people = CALLED_MEMBERS.includes(network.name)
    ? ["участник", "участника", "участников"] : ["подписчик", "подписчика", "подписчиков"];
  const names = element("div", "", element("h3", "", one.title), element("p", "", counted(one.followers, ...people)));
  const writing = button("write", `write ${one.id}`, "Написать", () => write(network, one));
  const section = element("section", "community", element("div", "head", avatar(one.title), names, writing));
  section.id = one.id;
  section.append(stories(one.stories) ?? "");
  section.append(element("div", "posts", ...one.posts.map((shown) => post(network, one, shown))));
  return section;
}
