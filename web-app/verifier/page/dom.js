// Making elements. Everything that people read goes through `textContent`: names in documents may
// be hostile, and text is never markup.

const make = (tag, { text, ...attributes } = {}, children = []) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  if (text !== undefined && text !== null) element.textContent = text;
  element.append(...children.filter((child) => child));
  return element;
};

// A sign beside words: a screen reader has the words.
const sign = (name, size) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const attributes = { width: size, height: size, "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#sign-${name}`);
  svg.append(use);
  return svg;
};

// Replaces each {name} in one pass, so that a value with braces stays as it is.
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
