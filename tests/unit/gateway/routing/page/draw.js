"use strict";
// Draws the reference without a browser: just enough of a document to be drawn into. Prints the text of each operation.

const fs = require("node:fs");
const [script, document_] = process.argv.slice(2);

class Element {
  constructor(name) {
    Object.assign(this, { name, attributes: {}, children: [], listeners: {}, open: false });
  }
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  setAttribute(key, value) { this.attributes[key] = String(value); }
  addEventListener(event, listener) { this.listeners[event] = listener; }
  get textContent() {
    return this.children.map((child) => child instanceof Element ? child.textContent : String(child)).join(" ");
  }
  *all() {
    yield this;
    for (const child of this.children) if (child instanceof Element) yield* child.all();
  }
}

const page = Object.fromEntries(["contents", "content", "state", "find"].map((id) => [id, new Element(id)]));
Object.assign(globalThis, {
  document: { createElement: (name) => new Element(name), getElementById: (id) => page[id], addEventListener() {} },
  location: { hash: "", origin: "http://docs.test" },
  addEventListener() {},
  fetch: async () => ({ ok: true, json: async () => JSON.parse(fs.readFileSync(document_, "utf8")) }),
});
(0, eval)(fs.readFileSync(script, "utf8"));
setImmediate(() => setImmediate(() => {
  if (page.state.textContent) throw new Error(page.state.textContent);
  const drawn = {};
  for (const element of [...page.content.all()]) {
    if (element.attributes.class !== "operation") continue;
    element.open = true;
    element.listeners.toggle();
    drawn[element.attributes.id] = element.textContent;
  }
  const listed = [...page.contents.all()].map((element) => element.attributes["data-of"]).filter(Boolean);
  process.stdout.write(JSON.stringify({ drawn, listed }));
}));
