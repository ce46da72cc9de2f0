// Formatted text and small pieces of the page. Everything goes in as text nodes: nothing is ever parsed as HTML.

const WRAPS = {
  bold: "strong", strong: "strong", italic: "em", emphasized: "em", underline: "u", strikethrough: "s",
  code: "code", monospaced: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote",
  quote: "blockquote", highlighted: "mark", heading: "strong", text_link: "a", link: "a", spoiler: "span",
};
const FOUND = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])|(#[\p{L}\p{N}_]+)/gu;

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function formatted(text, spans) {
  const cuts = new Set([0, text.length]);
  for (const span of spans) cuts.add(span.offset).add(span.offset + span.length);
  const places = [...cuts].sort((a, b) => a - b);
  const whole = element("div", "text");
  for (let i = 0; i + 1 < places.length; i += 1) {
    const active = spans.filter((s) => s.offset <= places[i] && s.offset + s.length >= places[i + 1]);
    let node = document.createDocumentFragment();
    const piece = text.slice(places[i], places[i + 1]);
    node.append(...(active.some((s) => WRAPS[s.kind] === "a") ? [piece] : linked(piece)));
    for (const span of active.reverse()) node = wrapped(span, node);
    whole.append(node);
  }
  return whole;
}

export function initials(name) {
  const words = name.replace(/[«»"]/g, "").split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  return words.slice(0, 2).map((word) => word[0].toUpperCase()).join("");
}

export function counted(number, one, few, many) {
  const tens = number % 100, ones = number % 10;
  const word = tens > 10 && tens < 15 ? many : ones === 1 ? one : ones > 1 && ones < 5 ? few : many;
  return `${number.toLocaleString("ru")} ${word}`;
}

function linked(piece) {
  const nodes = [];
  let last = 0;
  for (const match of piece.matchAll(FOUND)) {
    nodes.push(piece.slice(last, match.index));
    nodes.push(match[1] ? anchor(match[1], match[1]) : element("span", "tag", match[2]));
    last = match.index + match[0].length;
  }
  return [...nodes, piece.slice(last)];
}

function wrapped(span, inside) {
  const name = WRAPS[span.kind];
  if (!name) return inside;
  if (name === "a") return anchor(span.url ?? "", inside);
  return element(name, span.kind === "spoiler" ? "spoiler" : "", inside);
}

function anchor(address, inside) {
  if (!/^https?:\/\//i.test(address)) return element("span", "", inside);
  const link = element("a", "", inside);
  link.href = address;
  link.rel = "noopener noreferrer nofollow";
  return link;
}
