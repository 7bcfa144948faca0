// Where the reader is: the message at the top of the screen, steps from there to others, jumps to any place of the session.
import { articlesBelow, body, headHeight, isShown, main, make, number, say, unfoldAround } from "./dom.js";
import { isEmbedded } from "./embedded.js";
import { Ended, Missing } from "./served.js";

const kGap = 14; // pixels between the header and a message that was jumped to

export function createPlace(windows, root) {
  let cursor = null; // the message that a key or a link led to
  let settled = -1; // where the page was scrolled to then

  const mark = make("p", { class: "place" });
  const articles = () => [...main.querySelectorAll("article")].filter(isShown);

  /// The message that is being read.
  function current() {
    if (cursor?.isConnected && isShown(cursor) && Math.abs(scrollY - settled) < 2) return cursor;
    const line = headHeight() + kGap + 4;
    let found = null;
    for (const article of articlesBelow(line)) {
      if (!isShown(article)) continue;
      const box = article.getBoundingClientRect();
      if (!found || box.top <= line) found = article;
      if (box.bottom > line) break;
    }
    return found;
  }

  /// `from`: what had the focus when it was decided to go there. Who has begun to type elsewhere since then goes on.
  function select(article, from) {
    for (const old of main.querySelectorAll(".current")) old.classList.remove("current");
    cursor = article;
    if (!article) return;
    article.classList.add("current");
    article.setAttribute("tabindex", "-1");
    if ([from, body].includes(document.activeElement)) article.focus({ preventScroll: true });
  }

  function scrollTo(element) {
    const top = element.getBoundingClientRect().top - headHeight() - kGap;
    scrollBy({ top, behavior: "instant" });
    settled = scrollY;
    windows.check();
    moved();
  }

  /// Another place, because somebody wanted to go there: the address says it too.
  function arrive(article, from = document.activeElement) {
    select(article, from);
    scrollTo(article);
    const place = encodeURIComponent(article.id);
    if (article.id) history.replaceState(null, "", isEmbedded ? `#${place}` : `${root || "./"}?from=${place}#${place}`);
  }

  /// To a message by its anchor, loaded or not. Answers its element; null where there is no such message.
  async function goTo(anchor, then) {
    const from = document.activeElement;
    let target = document.getElementById(anchor);
    if (!target || !main.contains(target)) {
      try {
        if (!(await windows.replace({ from: anchor }))) return null;
      } catch (error) {
        if (error instanceof Ended || error.name === "AbortError") return null;
        say(error instanceof Missing ? "This message is not in the session." : "This message could not be loaded.");
        return null;
      }
      target = document.getElementById(anchor) ?? main.querySelector("article");
    }
    if (!target) return null;
    if (target.matches(".group")) target = target.querySelector("article") ?? target;
    unfoldAround(target);
    target.classList.add("wanted"); // shown even if the filters are against it
    arrive(target, from);
    then?.(target);
    return target;
  }

  async function goToEnd(lastOne) {
    const missing = lastOne ? windows.next() !== undefined : windows.hasPrevious();
    if (missing) {
      try {
        if (!(await windows.replace(lastOne ? { last: true } : {}))) return;
      } catch {
        return;
      }
    }
    const target = lastOne ? articles().at(-1) : articles()[0];
    if (!target) return;
    arrive(target);
    scrollTo({ getBoundingClientRect: () => ({ top: lastOne ? document.body.scrollHeight : -scrollY }) });
  }

  /// To the next or previous message of a kind; what is not loaded yet is fetched.
  async function step(direction, kind = "article") {
    const from = current();
    for (;;) {
      const list = articles();
      const at = list.indexOf(from);
      const rest = direction > 0 ? list.slice(at + 1) : list.slice(0, Math.max(at, 0)).reverse();
      // Going back from the middle of a message leads to its beginning first.
      const begun = direction < 0 && from && from !== cursor && from.getBoundingClientRect().top < headHeight() - 4;
      const target = begun && from.matches(kind) ? from : rest.find((article) => article.matches(kind));
      if (target) return arrive(target);
      if (!(await windows.loadMore(direction > 0 ? "below" : "above"))) return;
    }
  }

  // What is read now, in the contents and in the place mark.
  let queued = false;
  function moved() {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      const article = current();
      const position = windows.position(article);
      if (position) {
        mark.textContent = `${number(position.row)} / ${number(position.count)}`;
        mark.title = `message ${number(position.row)} of ${number(position.count)}`;
      }
      body.style.setProperty("--read", position ? String(position.row / Math.max(position.count, 1)) : "0");
      listeners.forEach((listen) => listen(article));
    });
  }
  const listeners = [];
  addEventListener("scroll", moved, { passive: true });
  addEventListener("resize", moved, { passive: true });

  const isAtEnd = () =>
    windows.next() === undefined && innerHeight + scrollY >= document.documentElement.scrollHeight - 80;
  const toEnd = () => {
    scrollTo({ getBoundingClientRect: () => ({ top: document.documentElement.scrollHeight }) });
  };

  return { current, goTo, goToEnd, step, moved, mark, isAtEnd, toEnd, arrive, onMoved: (listen) => listeners.push(listen) };
}
