"use strict";
// Draws openapi.json. Everything of the document becomes text nodes: nothing in it can become markup.

const VERBS = ["get", "post", "put", "patch", "delete"];
const DEEPEST = 5;

/** An element with attributes and children; strings become text. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** `code` in backquotes, paragraphs at empty lines. */
function prose(text) {
  return (text || "").split(/\n\n+/).filter(Boolean).map((paragraph) => make("p", {}, inline(paragraph)));
}

function inline(text) {
  return String(text || "").split(/(`[^`]+`)/).filter(Boolean)
    .map((part) => part.startsWith("`") ? make("code", {}, part.slice(1, -1)) : part);
}

class Reference {
  constructor(api) {
    this.api = api;
    this.operations = Object.entries(api.paths).flatMap(([path, item]) =>
      VERBS.filter((verb) => item[verb]).map((verb) => ({ path, verb, label: verb, ...item[verb] })));
    this.events = Object.entries(api.webhooks || {}).map(([path, item]) =>
      ({ path, verb: "post", label: "event", isEvent: true, ...item.post }));
  }

  resolve(schema) {
    const name = schema && schema.$ref && schema.$ref.split("/").pop();
    return name ? this.api.components.schemas[name] : schema || {};
  }

  draw(contents, content) {
    content.replaceChildren(make("h1", {}, `${this.api.info.title} API`), ...prose(this.api.info.description));
    contents.replaceChildren();
    for (const tag of this.tags()) {
      const operations = this.operations.filter((operation) => operation.tags[0] === tag);
      const name = tag.replaceAll("_", " ");
      this.group(contents, content, tag, `${name} · ${operations[0]["x-service"]}`, name, operations);
    }
    if (this.events.length) {
      const title = "what webhooks are sent · что получают вебхуки";
      this.group(contents, content, "events-sent", title, title, this.events);
    }
  }

  /** What a group of operations is about. */
  about(tag) {
    return prose(((this.api.tags || []).find((one) => one.name === tag) || {}).description);
  }

  group(contents, content, tag, listed, title, operations) {
    contents.append(make("section", { "data-group": tag },
      make("h2", {}, listed),
      make("ul", {}, operations.map((operation) => make("li", { "data-of": operation.operationId },
        make("a", { href: `#${operation.operationId}` },
          make("span", { class: `verb ${operation.verb}` }, operation.label),
          make("span", {}, operation.isEvent ? operation.path
            : operation.operationId.replace(`${tag}_`, "").replaceAll("_", " "))))))));
    content.append(make("section", { "data-group": tag },
      make("h2", { id: `tag-${tag}` }, title),
      this.about(tag),
      operations.map((operation) => this.operation(operation))));
  }

  tags() {
    return [...new Set(this.operations.map((operation) => operation.tags[0]))];
  }

  operation(operation) {
    const details = make("details", { class: "operation", id: operation.operationId, "data-of": operation.operationId },
      make("summary", {},
        make("span", { class: `verb ${operation.verb}` }, operation.label),
        make("span", { class: "path" }, operation.path.split(/(\{[^}]+\})/).map((part) =>
          part.startsWith("{") ? make("b", {}, part) : part)),
        make("span", { class: "said" }, (operation.isEvent ? operation.description : operation.summary) || "")));
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(this.inside(operation));
    });
    return details;
  }

  inside(operation) {
    const parts = [prose(operation.description), this.marks(operation), this.parameters(operation)];
    for (const [type, body] of Object.entries(operation.requestBody ? operation.requestBody.content : {})) {
      parts.push(make("h4", {}, "Body · Тело ", make("span", { class: "kind" }, type)), this.fields(body.schema, 0));
      for (const example of this.examples(body)) parts.push(this.sample("Example · Пример", JSON.stringify(example, null, 2)));
    }
    if (!operation.isEvent) parts.push(this.sample("curl", this.curl(operation)));
    parts.push(this.answers(operation));
    return make("div", { class: "inside" }, parts);
  }

  marks(operation) {
    const open = operation.security && operation.security.length === 0;
    const permissions = operation["x-permissions"] || [];
    return make("p", { class: "marks" },
      make("span", {}, operation.operationId),
      open ? make("span", { class: "open" }, "without a token · без входа")
        : make("span", {}, permissions.length ? permissions.join(" / ") : "signed in · вход выполнен"));
  }

  parameters(operation) {
    const parameters = operation.parameters || [];
    if (!parameters.length) return null;
    return [make("h4", {}, "Parameters · Параметры"), make("table", {}, make("tbody", {}, parameters.map((parameter) =>
      make("tr", {},
        make("td", {}, make("code", {}, parameter.name), parameter.required ? make("span", { class: "must" }, "required") : null),
        make("td", { class: "kind" }, `${parameter.in} · ${this.kind(parameter.schema)}`),
        make("td", {}, inline(parameter.description || (parameter.schema || {}).description), this.limits(parameter.schema))))))];
  }

  /** A schema's fields as a table; what is deeper opens on demand. */
  fields(schema, depth) {
    const whole = this.resolve(schema);
    const required = new Set(whole.required || []);
    return make("table", {}, make("tbody", {}, Object.entries(whole.properties || {}).map(([name, field]) => {
      const inner = this.objectIn(field);
      return make("tr", {},
        make("td", {}, make("code", {}, name), required.has(name) ? make("span", { class: "must" }, "required") : null),
        make("td", { class: "kind" }, this.kind(field)),
        make("td", {}, inline(field.description), this.limits(field), this.meanings(field),
          inner && depth < DEEPEST ? this.deeper(inner, depth + 1) : null));
    })));
  }

  /** What the values of a field mean that is one of a few words. */
  meanings(field) {
    const words = (field.anyOf || field.oneOf || [field]).map((option) => this.resolve(option.items || option))
      .find((option) => option.enum && option.description);
    return words ? make("details", { class: "deep" }, make("summary", {}, "values · значения"), prose(words.description)) : null;
  }

  deeper(schema, depth) {
    const details = make("details", { class: "deep" }, make("summary", {}, "fields · поля"));
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(this.fields(schema, depth));
    });
    return details;
  }

  /** The object that a field holds, holds a list of, or may be. */
  objectIn(field) {
    const options = (field.anyOf || field.oneOf || [field]).map((option) => option.items || option);
    return options.find((option) => this.resolve(option).properties);
  }

  kind(schema) {
    if (!schema) return "";
    if (schema.anyOf || schema.oneOf) return (schema.anyOf || schema.oneOf).map((option) => this.kind(option)).join(" | ");
    const whole = this.resolve(schema);
    if (whole.enum) return whole.enum.map((value) => JSON.stringify(value)).join(" | ");
    if (whole.const !== undefined) return JSON.stringify(whole.const);
    if (whole.type === "array") return `[${this.kind(whole.items)}]`;
    if (whole.properties) return schema.$ref ? schema.$ref.split("/").pop() : "object";
    return [whole.type || "any", whole.format].filter(Boolean).join(" ");
  }

  limits(schema) {
    const options = schema ? [schema, ...(schema.anyOf || [])].map((option) => this.resolve(option)) : [];
    const names = { minLength: "min length", maxLength: "max length", minimum: "≥", maximum: "≤", minItems: "min items", maxItems: "max items", default: "default" };
    const said = options.flatMap((option) => Object.entries(names)
      .filter(([name]) => option[name] !== undefined && option[name] !== null)
      .map(([name, word]) => `${word} ${JSON.stringify(option[name])}`));
    return said.length ? make("span", { class: "kind" }, ` ${[...new Set(said)].join(", ")}`) : null;
  }

  given(body) {
    return body.example !== undefined ? [body.example] : this.resolve(body.schema).examples || [];
  }

  /** Those that a body was given, else one made of its schema. */
  examples(body) {
    const given = this.given(body);
    return given.length ? given : [this.example(body.schema, 0)];
  }

  example(schema, depth) {
    if (!schema || depth > DEEPEST) return null;
    if (schema.examples && schema.examples.length) return schema.examples[0];
    if (schema.default !== undefined) return schema.default;
    if (schema.anyOf || schema.oneOf) return this.example((schema.anyOf || schema.oneOf)[0], depth + 1);
    const whole = this.resolve(schema);
    if (whole !== schema) return this.example(whole, depth + 1);
    if (schema.enum) return schema.enum[0];
    if (schema.const !== undefined) return schema.const;
    if (schema.properties) {
      return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, this.example(field, depth + 1)]));
    }
    if (schema.type === "array") return [this.example(schema.items, depth + 1)];
    const formats = { uuid: "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f", "date-time": "2028-10-02T10:00:00+03:00", date: "2028-10-02" };
    const simple = { integer: schema.minimum || 0, number: schema.minimum || 0, boolean: false, null: null };
    return schema.type in simple ? simple[schema.type] : formats[schema.format] || "…";
  }

  curl(operation) {
    const lines = [`curl ${operation.verb === "get" ? "" : `-X ${operation.verb.toUpperCase()} `}'${location.origin}${operation.path}'`];
    if (!operation.security || operation.security.length) lines.push("-H \"Authorization: Bearer $TOKEN\"");
    const content = operation.requestBody ? operation.requestBody.content : {};
    if (content["application/json"]) {
      const body = JSON.stringify(this.example(content["application/json"].schema, 0)).replaceAll("'", "'\\''");
      lines.push("-H 'Content-Type: application/json'", `-d '${body}'`);
    } else if (content["multipart/form-data"]) {
      const fields = this.resolve(content["multipart/form-data"].schema).properties || {};
      for (const [name, field] of Object.entries(fields)) {
        const isFile = field.format === "binary" || field.contentMediaType;
        lines.push(isFile ? `-F '${name}=@picture.jpg'` : `-F '${name}=…'`);
      }
    }
    return lines.join(" \\\n  ");
  }

  sample(title, text) {
    const button = make("button", { type: "button" }, "Copy · Копировать");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = "✓";
    });
    return [make("h4", {}, title), make("div", { class: "sample" }, make("pre", { tabindex: "0" }, text), button)];
  }

  answers(operation) {
    return [make("h4", {}, "Answers · Ответы"), make("table", {}, make("tbody", {},
      Object.entries(operation.responses).map(([status, answer]) => {
        const content = Object.values(answer.content || {})[0];
        const shown = Number(status) < 400 && content && content.schema && this.objectIn(content.schema);
        return make("tr", {}, make("td", { class: "status" }, status),
          make("td", {}, inline(answer.description === "Successful Response" ? "" : answer.description),
            shown ? [make("span", { class: "kind" }, this.kind(content.schema)), this.deeper(shown, 1)] : null,
            shown ? this.given(content).map((given) => this.shown(given)) : null,
            make("span", { class: "kind" }, Object.keys(answer.headers || {}).join(", "))));
      })))];
  }

  shown(given) {
    return make("details", { class: "deep" }, make("summary", {}, "example · пример"),
      make("div", { class: "sample" }, make("pre", { tabindex: "0" }, JSON.stringify(given, null, 2))));
  }

  /** Show only the operations that contain every word. */
  find(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    for (const operation of [...this.operations, ...this.events]) {
      const text = `${operation.verb} ${operation.path} ${operation.operationId} ${operation.summary} ${operation.description}`.toLowerCase();
      const hidden = !wanted.every((word) => text.includes(word));
      for (const element of document.querySelectorAll(`[data-of="${CSS.escape(operation.operationId)}"]`)) element.hidden = hidden;
    }
    for (const group of document.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-of]:not([hidden])");
    }
  }
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && named.matches("details")) {
    named.open = true;
    named.scrollIntoView();
  }
}

async function start() {
  const content = document.getElementById("content");
  const state = document.getElementById("state");
  try {
    const answer = await fetch("openapi.json");
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const reference = new Reference(await answer.json());
    reference.draw(document.getElementById("contents"), content);
    const find = document.getElementById("find");
    find.addEventListener("input", () => reference.find(find.value));
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && document.activeElement !== find) {
        event.preventDefault();
        find.focus();
      }
    });
    addEventListener("hashchange", openNamed);
    openNamed();
  } catch (error) {
    state.textContent = `openapi.json: ${error.message}`;
  }
}

start();
