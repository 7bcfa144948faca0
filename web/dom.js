// Small helpers around the DOM. Text from the server is only ever set as text, or comes as markup that the server made.

export const body = document.body;
export const main = document.getElementById("messages");

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export const button = (text, label, click, css) =>
  make("button", { type: "button", class: css, "aria-label": label === text ? undefined : label, title: label, click }, text);

/// Elements of markup that the server made.
export function parse(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return template.content;
}

/// Whether somebody could see it by scrolling: it is neither filtered away nor in something folded.
export const isShown = (element) =>
  element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0;

/// Opens everything folded around an element.
export function unfoldAround(element) {
  for (let at = element.parentElement?.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
}

export const number = (value) => Number(value).toLocaleString("en-US");
export const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

/// Says something to who listens rather than looks, and nothing twice.
const voice = make("p", { class: "unseen", role: "status" });
body.append(voice);
export const say = (sentence) => (voice.textContent = sentence);

/// The height of what stays above the messages while they scroll: the header, on a phone its title alone.
export function headHeight() {
  for (const element of [document.querySelector(".head h1"), document.querySelector(".head")])
    if (element && getComputedStyle(element).position === "sticky") return element.getBoundingClientRect().height;
  return 0;
}

/// Changes the page without moving what is being read: the first message in sight stays where it is, whatever is put in
/// or taken out around it. A browser's own anchoring is held off meanwhile, so that nothing is corrected twice.
export function keepPlace(change, prefer) {
  const line = headHeight();
  const candidates = prefer ? [prefer] : articlesInSight(line);
  const before = candidates.map((element) => [element, element.getBoundingClientRect().top]);
  document.documentElement.classList.add("still");
  const result = change();
  for (const [element, top] of before) {
    if (!element.isConnected || !isShown(element)) continue;
    const moved = element.getBoundingClientRect().top - top;
    if (moved) window.scrollBy({ top: moved, behavior: "instant" });
    break;
  }
  requestAnimationFrame(() => document.documentElement.classList.remove("still"));
  return result;
}

/// Messages from the window on that reaches below a line: those above are not even laid out.
export function articlesBelow(line) {
  const windows = [...main.querySelectorAll(":scope > .win")];
  const from = windows.findIndex((win) => win.getBoundingClientRect().bottom > line);
  return windows.slice(from < 0 ? -1 : from).flatMap((win) => [...win.querySelectorAll("article")]);
}

/// Messages of the screen, from the reading line down, some of them: whichever survives a change is what stays.
function articlesInSight(line) {
  const found = [];
  for (const article of articlesBelow(line)) {
    const box = article.getBoundingClientRect();
    if (box.bottom <= line || !isShown(article)) continue;
    if (box.top > window.innerHeight && found.length) break;
    found.push(article);
  }
  return found;
}
