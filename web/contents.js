// The list of prompts beside the messages: which one is being read, and more of them where the reader goes beyond.
import { main, parse } from "./dom.js";

export function createContents(source, place) {
  let here = null;
  let asked = null;
  const nav = () => document.querySelector(".contents");
  // Not by link.href: what was just parsed belongs to no address yet.
  const anchorOf = (link) => decodeURIComponent(link.getAttribute("href").replace(/^[^#]*#?/, ""));

  /// The prompt in whose turn a message is: the last one in front of it that is loaded, or what the list says.
  function promptOf(article) {
    if (!article) return null;
    if (article.matches(".user") && !article.closest(".group")) return article;
    let found = null;
    for (const prompt of main.querySelectorAll(".win > article.user")) {
      if (prompt.compareDocumentPosition(article) & Node.DOCUMENT_POSITION_FOLLOWING) found = prompt;
      else break;
    }
    return found;
  }

  async function fetchAround(anchor) {
    if (asked === anchor) return;
    asked = anchor;
    try {
      const fresh = parse(await source.page(anchor)).querySelector(".contents details");
      const old = nav()?.querySelector("details");
      if (!fresh || !old) return;
      fresh.open = old.open;
      old.replaceWith(fresh);
      here = null;
      place.moved();
    } catch {
      asked = null; // the next time that the reader moves
    }
  }

  place.onMoved((article) => {
    const prompt = promptOf(article);
    if (!prompt || prompt.id === here || !nav()) return;
    here = prompt.id;
    let found = null;
    for (const link of nav().querySelectorAll("li a")) {
      const isHere = anchorOf(link) === here;
      link.parentElement.classList.toggle("here", isHere);
      if (isHere) {
        found = link;
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    if (found) reveal(found.parentElement);
    else if (!prompt.closest(".group")) fetchAround(here);
  });

  /// Scrolls the list, and nothing but the list.
  function reveal(item) {
    const list = item.closest(".contents");
    const box = item.getBoundingClientRect();
    const frame = list.getBoundingClientRect();
    if (box.top < frame.top + 40) list.scrollTop -= frame.top + 40 - box.top + frame.height / 3;
    else if (box.bottom > frame.bottom - 20) list.scrollTop += box.bottom - frame.bottom + 20 + frame.height / 3;
  }

  return {
    add(markup) {
      const list = nav()?.querySelector("ol");
      const isTail = list && !list.nextElementSibling;
      const item = parse(markup).firstElementChild;
      const anchor = item?.querySelector("a");
      if (!isTail || !anchor) return;
      if ([...list.querySelectorAll("a")].some((link) => anchorOf(link) === anchorOf(anchor))) return;
      list.append(item);
      here = null;
      place.moved();
    },
  };
}
