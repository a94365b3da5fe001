// Elements of HTML and SVG, made in one expression.

export function make(name, properties = {}) {
  const { role, ariaLabel, ...others } = properties;
  const element = Object.assign(document.createElement(name), others);
  if (role) element.setAttribute("role", role);
  if (ariaLabel) element.setAttribute("aria-label", ariaLabel);
  return element;
}

export function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
