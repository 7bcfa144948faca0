// Find over the whole session, on the server: what is not loaded is found too. Hits are listed beside the messages, and
// marked in those that are loaded.
import { button, main, make, number, say } from "./dom.js";
import { Ended } from "./served.js";

const kPause = 180; // ms of no typing before the server is asked
const kMost = 1000; // hits that are listed

export function createFind(source, place, onEnded) {
  const field = make("input", {
    type: "search", placeholder: "Find in session", "aria-label": "Find in session", autocomplete: "off",
    spellcheck: "false", enterkeyhint: "search",
  });
  const count = make("p", { class: "hits-count", role: "status" });
  const list = make("ol", { class: "hits" });
  const back = button("↑", "Previous hit (N)", () => step(-1), "icon");
  const forth = button("↓", "Next hit (n)", () => step(1), "icon");
  const bar = make("div", { class: "hits-bar", hidden: "" }, count, back, forth);
  const key = make("kbd", { "aria-hidden": "true" }, "/");
  const form = make("form", { class: "find", role: "search", submit }, field, key);
  const results = make("nav", { class: "results", "aria-label": "Hits", hidden: "" }, list);

  let q = "";
  let hits = [];
  let more = null;
  let at = -1;
  let timer = 0;
  let asking = null;
  let here = null; // the article of the hit that was gone to

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, kPause);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      clear();
      field.blur();
    }
  });

  async function submit(event) {
    event.preventDefault();
    clearTimeout(timer);
    if (field.value !== q) await search();
    if (hits.length) await step(1);
  }

  function clear() {
    asking?.abort();
    field.value = q = "";
    hits = [];
    more = null;
    at = -1;
    list.replaceChildren();
    count.textContent = "";
    bar.hidden = results.hidden = true;
    document.body.classList.remove("finding");
    markAll();
  }

  async function search() {
    const wanted = field.value;
    if (wanted === q) return;
    if (!wanted.trim()) return clear();
    asking?.abort();
    const own = (asking = new AbortController());
    q = wanted;
    here = null;
    hits = [];
    at = -1;
    more = "";
    list.replaceChildren();
    document.body.classList.add("finding");
    bar.hidden = results.hidden = false;
    count.textContent = "Searching…";
    markAll();
    try {
      // The first hits are shown at once; the others only count, and come in while nobody waits.
      while (more !== null && hits.length < kMost) {
        const page = await source.find(q, more, own.signal);
        if (own.signal.aborted) return;
        more = page.more ?? null;
        add(page.hits);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error instanceof Ended) return onEnded();
      more = null;
      count.textContent = "The search failed. Try again.";
      q = "";
    }
  }

  function add(found) {
    const items = found.map((hit, i) => {
      const link = make("a", { href: `?from=${encodeURIComponent(hit.anchor)}#${encodeURIComponent(hit.anchor)}` });
      link.append(make("span", { class: "where" }, `${number(hit.row)} · ${hit.kind}`), marked(hit));
      const index = hits.length + i;
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        event.stopPropagation();
        show(index);
      });
      return make("li", {}, link);
    });
    hits.push(...found);
    list.append(...items);
    tell();
  }

  function marked(hit) {
    const line = make("span", { class: "text" });
    let end = 0;
    for (const [offset, length] of hit.marks ?? []) {
      line.append(hit.text.slice(end, offset), make("mark", {}, hit.text.slice(offset, offset + length)));
      end = offset + length;
    }
    line.append(hit.text.slice(end));
    return line;
  }

  function tell() {
    const all = number(hits.length) + (more === null ? "" : "+");
    count.textContent = !hits.length ? (more === null ? "No hits" : "Searching…")
      : at < 0 ? `${all} ${hits.length === 1 ? "message" : "messages"}` : `${number(at + 1)} of ${all}`;
    back.disabled = forth.disabled = !hits.length;
  }

  async function show(index) {
    at = index;
    tell();
    list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const link = list.children[at].firstElementChild;
    link.setAttribute("aria-current", "true");
    link.scrollIntoView({ block: "nearest" });
    const asked = q;
    const article = await place.goTo(hits[index].anchor);
    if (!article || q !== asked) return;
    const range = rangesIn(article)[0];
    for (let node = range?.startContainer; node && node !== article; node = node.parentNode)
      if (node.nodeName === "DETAILS") node.open = true;
    markAll(article);
    const box = range?.getBoundingClientRect();
    // In a block that is longer than the screen, the place itself.
    if (box && (box.bottom > innerHeight - 40 || box.top < 0)) scrollBy({ top: box.top - innerHeight / 3, behavior: "instant" });
    say(`Hit ${at + 1} of ${hits.length}: message ${hits[index].row}`);
  }

  function step(direction) {
    if (!hits.length) return field.focus();
    return show((at + direction + hits.length) % hits.length);
  }

  const fold = (text) => (/\p{Lu}/u.test(q) ? text : lowered(text));
  const lowered = (text) => {
    const lower = text.toLowerCase();
    return lower.length === text.length ? lower : text; // offsets must stay what they are
  };

  /// Where the text stands in an article, over the borders of elements.
  function rangesIn(article) {
    if (!q) return [];
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let text = "";
    while (walker.nextNode()) {
      nodes.push([text.length, walker.currentNode]);
      text += walker.currentNode.data;
    }
    const needle = fold(q);
    const hay = fold(text);
    const ranges = [];
    const locate = (offset, isEnd) => {
      let low = 0;
      let high = nodes.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (nodes[middle][0] < offset || (!isEnd && nodes[middle][0] === offset)) low = middle;
        else high = middle - 1;
      }
      return [nodes[low][1], offset - nodes[low][0]];
    };
    for (let from = hay.indexOf(needle); from >= 0 && ranges.length < 200; from = hay.indexOf(needle, from + needle.length)) {
      const range = document.createRange();
      range.setStart(...locate(from, false));
      range.setEnd(...locate(from + needle.length, true));
      ranges.push(range);
    }
    return ranges;
  }

  /// Marks what is loaded.
  function markAll(current = here) {
    here = current;
    if (!globalThis.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("found");
    CSS.highlights.delete("found-here");
    if (!q) return;
    const ranges = [];
    for (const article of main.querySelectorAll("article")) {
      const found = rangesIn(article);
      if (article === current) CSS.highlights.set("found-here", new Highlight(...found));
      else ranges.push(...found);
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  const isOpen = () => document.body.classList.contains("finding");
  return { form, bar, results, field, step, clear, isOpen, added: () => q && markAll() };
}
