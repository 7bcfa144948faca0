// What opens over the page: a block in full, its records, a picture, the list of keys. Focus returns by itself to where
// it came from.
import { button, main, make, parse } from "./dom.js";
import { isEmbedded } from "./embedded.js";
import { Ended } from "./served.js";

let open = null;

function show(title, css, ...content) {
  open?.close();
  const heading = make("h2", {}, title);
  const dialog = make("dialog", { class: css, "aria-label": title });
  const close = button("×", "Close (Esc)", () => dialog.close(), "icon close");
  const inside = make("div", { class: "inside", tabindex: "0", role: "region", "aria-label": title }, ...content);
  dialog.append(make("div", { class: "bar" }, heading, close), inside);
  const from = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (open === dialog) open = null;
    from?.focus?.({ preventScroll: true });
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  open = dialog;
  return inside;
}

export const isDialogOpen = () => open !== null;

export async function showDocument(title, path, source, { added, ended }) {
  const inside = show(title, "document", make("p", { class: "edge" }, "Loading…"));
  try {
    const markup = await source.document(path);
    const fetched = parse(markup).querySelector("main");
    if (!inside.isConnected) return;
    const base = new URL(path, new URL(document.body.dataset.root || "./", location.href));
    for (const element of fetched.querySelectorAll("[href], [src]"))
      for (const name of ["href", "src"])
        if (element.hasAttribute(name)) element.setAttribute(name, new URL(element.getAttribute(name), base).href);
    for (const element of fetched.querySelectorAll("[id]")) element.removeAttribute("id");
    for (const link of fetched.querySelectorAll(":scope > .jump, nav.window")) link.remove();
    inside.replaceChildren(...fetched.childNodes);
    added(inside);
  } catch (error) {
    if (error instanceof Ended) ended();
    inside.replaceChildren(make("p", { class: "edge" }, "This could not be loaded. Close it and try again."));
  }
}

export function showImage(image, address) {
  const large = make("img", { src: address, alt: image.alt });
  const inside = show(image.alt || "Image", "picture", large);
  large.addEventListener("click", () => inside.closest("dialog").close());
}

const keys = [
  ["j / k", "next, previous message"],
  ["J / K", "next, previous prompt"],
  ["g / G", "first, last message"],
  ["/", "find in the whole session"],
  ["n / N", "next, previous hit"],
  ["o", "unfold or fold everything"],
  ["c", "copy this message"],
  ["Enter", "unfold what has the focus"],
  ["Esc", "leave the search, close what is open"],
  ["?", "these keys"],
];

export function showHelp() {
  const list = make("dl", { class: "keys" });
  for (const [key, what] of keys)
    list.append(make("dt", {}, ...key.split(" / ").flatMap((k, i) => [i ? " " : "", make("kbd", {}, k)])), make("dd", {}, what));
  show("Keys", "help", list);
}

// A file has no other pages that one could go to.
const documents = isEmbedded ? /^(b\/[^/?#]+|files(\?after=\d+)?)$/ : /^[br]\/[^/?#]+$/;

/// Links that lead to what can be shown over the page. Answers whether one did.
export function openInDialog(event, source, hooks) {
  const picture = event.target.closest?.(".image a, a.image");
  if (picture) {
    const image = picture.querySelector("img");
    if (!image || image.closest("dialog")) return false;
    showImage(image, picture.href);
    return true;
  }
  const link = event.target.closest?.("a[href]");
  if (!link || !(isEmbedded || main.contains(link))) return false;
  const root = new URL(document.body.dataset.root || "./", location.href);
  const path = link.href.startsWith(root.href) ? link.href.slice(root.href.length) : "";
  if (!documents.test(path)) return false;
  showDocument({ b: "In full", r: "Recorded as", f: "Files changed" }[path[0]], path, source, hooks);
  return true;
}
