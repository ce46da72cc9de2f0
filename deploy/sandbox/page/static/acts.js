// What whoever looks at the page does as the public: likes, comments, passes on, votes, writes, presses.
// The stand-ins keep it, and tell the union's hooks as the network would.

import { element } from "./text.js";

const VISITOR = { first_name: "Мария", last_name: "Прохорова", username: "page_visitor" };
const composer = document.getElementById("composer");
const heading = document.getElementById("heading");
const words = document.getElementById("words");
const note = document.getElementById("note");
let send = null;

async function order(path, body) {
  const answer = await fetch(`/control/${path}`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

// The same visitor each time: a network that knows the name answers with the account that is there.
async function visitor(network) {
  return (await order("people", { network, ...VISITOR })).id;
}

async function atPost(kind, network, community, one, more = {}) {
  const place = { network: network.name, community_id: community.number, post_number: one.number };
  return order(`inbound/${kind}`, { ...place, person_id: await visitor(network.name), ...more });
}

async function tried(act) {
  try {
    await act();
    note.textContent = "";
  } catch {
    const told = composer.hidden ? document.getElementById("status") : note;
    told.textContent = "Сеть этого не приняла";
    return false;
  }
  return true;
}

// `key` says which button it is, so that it keeps the focus when the page is drawn anew.
export function button(className, key, text, act) {
  const made = element("button", className, text);
  made.type = "button";
  made.dataset.act = key;
  made.addEventListener("click", act);
  return made;
}

// Outside of what is drawn anew: nobody loses the words that they are writing.
function compose(title, act, { optional = false } = {}) {
  send = act;
  heading.textContent = title;
  words.value = note.textContent = "";
  words.required = !optional;
  composer.hidden = false;
  words.focus();
}

export const like = (...post) => tried(() => atPost("reactions", ...post));
export const vote = (option, ...post) => tried(() => atPost("votes", ...post, { options: [option] }));
export const comment = (network, ...post) =>
  compose(`Комментарий, ${network.title}`, (text) => atPost("comments", network, ...post, { text }));
export const repost = (network, ...post) =>
  compose(`Репост, ${network.title}`, (text) => atPost("reposts", network, ...post, { text }), { optional: true });

export function write(network, community) {
  compose(`Сообщение, ${network.title}: ${community.title}`, async (text) =>
    said(network, { account_id: community.account_id, person_id: await visitor(network.name) }, text));
}

export function answer(network, dialog) {
  compose(`${dialog.person} пишет, ${network.title}`, (text) => said(network, dialog, text));
}

function said(network, { account_id, person_id }, text) {
  return order("inbound/messages", { network: network.name, account_id, person_id, text });
}

export function choose(network, dialog, item) {
  return tried(() => (item.said === null ? pressed(network, dialog, item.text) : said(network, dialog, item.said)));
}

export function press(network, dialog, line, label) {
  return tried(() => pressed(network, dialog, label, { message_number: line.number }));
}

function pressed(network, { account_id, person_id }, label, more = {}) {
  return order("inbound/presses", { network: network.name, account_id, person_id, button: label, ...more });
}

function close() {
  composer.hidden = true;
  send = null;
}

composer.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (send && (await tried(() => send(words.value.trim())))) close();
});
composer.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
document.getElementById("close").addEventListener("click", close);
