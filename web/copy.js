// Copy buttons on messages and code, and the link of a message.
import { button, make, say } from "./dom.js";

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure origin there is no such clipboard: the old way.
    const field = make("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    field.value = text;
    const holder = document.querySelector("dialog[open]") ?? document.body;
    const focused = document.activeElement;
    holder.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }
}

async function copyFrom(element, text, what) {
  const done = await copy(text);
  say(done ? `${what} copied.` : "The browser does not let this page copy.");
  element.classList.add(done ? "done" : "refused");
  setTimeout(() => element.classList.remove("done", "refused"), 1500);
}

/// What somebody means who copies a message: what was said or done, not the page around it.
function textOf(article) {
  const twin = article.cloneNode(true);
  for (const extra of twin.querySelectorAll(".meta, button, .more, summary .count")) extra.remove();
  for (const details of twin.querySelectorAll("details")) details.open = true;
  // Line breaks of the layout need a layout.
  const holder = make("div", { class: "unseen", "aria-hidden": "true" });
  holder.append(twin);
  document.body.append(holder);
  const text = (twin.querySelector(":scope > .plain, :scope > .prose") ?? twin).innerText;
  holder.remove();
  return text.trim();
}

export function addCopyButtons(container) {
  const articles = container.matches("article") ? [container] : container.querySelectorAll("article");
  for (const article of articles) {
    const meta = article.querySelector(":scope > .meta");
    if (!meta || meta.querySelector(".copy")) continue;
    const own = button("", "Copy message", () => copyFrom(own, textOf(article), "Message"), "icon copy");
    meta.prepend(own);
  }
  for (const code of container.querySelectorAll("pre")) {
    if (code.parentElement.matches(".code-box")) continue;
    const own = button("", "Copy code", () => copyFrom(own, (code.querySelector("code") ?? code).textContent, "Code"), "icon copy");
    const box = make("div", { class: "code-box" });
    code.replaceWith(box);
    box.append(code, own);
  }
}

/// A click on the link of a message goes there and copies its address.
export const copyLink = (link) => copyFrom(link, link.href, "Link");
