// The windows of the session that are loaded: fetched ahead while the reader scrolls, dropped when far behind. What is
// being read never moves.
import { button, isShown, keepPlace, main, make, parse, plural } from "./dom.js";
import { Ended, Missing } from "./served.js";

const kKept = 5; // windows
const kAhead = 2; // screens: begin to fetch this far from the end of what is loaded
const kFar = 4; // screens: what is farther away may be dropped
const kFruitless = 12; // windows in which the filters left nothing, before somebody is asked

export function createWindows(source, { onAdded, onEnded }) {
  let generation = 0; // a jump makes whatever is under way pointless
  let jump = null;
  const edges = { above: makeEdge("above"), below: makeEdge("below") };

  function makeEdge(where) {
    const note = make("p", { class: `edge ${where}`, hidden: "" });
    return { note, where, loading: null, failed: false, fruitless: 0 };
  }

  // What is far away keeps its height and costs nothing; the browser tells when it comes near.
  const horizon = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        if (!isIntersecting) target.style.containIntrinsicBlockSize = `${boundingClientRect.height}px`;
        target.classList.toggle("far", !isIntersecting && boundingClientRect.height > 0);
      }
    },
    { rootMargin: "150%" },
  );
  const added = (list) => {
    for (const win of list) horizon.observe(win);
    onAdded(list);
  };

  const all = () => [...main.querySelectorAll(":scope > .win")];
  const first = () => all()[0];
  const last = () => all().at(-1);
  const next = () => last()?.dataset.next;
  const hasPrevious = () => first()?.dataset.previous !== undefined;
  const isMissing = (edge) => (edge.where === "above" ? hasPrevious() : next() !== undefined);

  function tell(edge, sentence, again) {
    edge.note.replaceChildren(...(sentence ? [sentence] : []));
    if (again) edge.note.append(" ", button(again, again, () => retry(edge)));
    edge.note.hidden = !sentence;
  }

  function retry(edge) {
    edge.failed = false;
    edge.fruitless = 0;
    keepPlace(() => tell(edge, ""));
    check();
  }

  function receive(markup) {
    const found = parse(markup).querySelector(".win");
    if (!found) throw new Error("no window in the answer");
    return found;
  }

  function failed(edge, error) {
    if (error.name === "AbortError") return;
    if (error instanceof Ended) return onEnded();
    edge.failed = true;
    const sentence = error instanceof Missing ? "The session has changed." : "The next messages could not be loaded.";
    keepPlace(() => tell(edge, sentence, "Try again"));
  }

  async function load(edge) {
    const mine = generation;
    const above = edge.where === "above";
    tell(edge, above ? "" : "Loading…");
    try {
      const at = above ? { before: first().dataset.from } : { from: next() };
      const win = receive(await source.window(at));
      if (mine !== generation) return;
      keepPlace(() => {
        tell(edge, ""); // not before there is something in its place: who is at the very end would be moved by its height
        if (above) first().before(win);
        else last().after(win);
        join();
        added([win]);
      });
      keepPlace(() => drop(above ? "below" : "above"));
      edge.fruitless = [...win.querySelectorAll("article")].some(isShown) ? 0 : edge.fruitless + 1;
      if (edge.fruitless >= kFruitless) {
        edge.failed = true;
        const sentence = `Nothing in the last ${edge.fruitless} parts of the session passes the filters.`;
        keepPlace(() => tell(edge, sentence, "Look further"));
      }
    } catch (error) {
      if (mine === generation) failed(edge, error);
    }
  }

  /// Takes away windows at one end that are far from the screen.
  function drop(where) {
    const windows = all();
    while (windows.length > kKept) {
      const candidate = where === "above" ? windows[0] : windows.at(-1);
      const box = candidate.getBoundingClientRect();
      const distance = where === "above" ? -box.bottom : box.top - innerHeight;
      // What is empty under the filters stays: it would be asked for again at once.
      if (distance < kFar * innerHeight || box.height === 0) return;
      horizon.unobserve(candidate);
      candidate.remove();
      if (where === "above") windows.shift();
      else windows.pop();
      const neighbour = where === "above" ? windows[0] : windows.at(-1);
      if (where === "above") neighbour.dataset.previous = "";
      else neighbour.dataset.next = candidate.dataset.from;
      edges[where].failed = false;
    }
  }

  /// A group that goes on in the next window looks like one: its second head is not shown, and both are open or neither.
  function join() {
    const windows = all();
    for (let i = 0; i < windows.length; i += 1) {
      let part = windows[i].querySelector(":scope > .group.continued:first-child");
      let before = windows[i - 1]?.lastElementChild;
      while (part) {
        const joined = Boolean(before?.matches(".group"));
        part.classList.toggle("joined", joined);
        if (joined) part.firstElementChild.open = before.firstElementChild.open;
        const inner = part.querySelector(":scope > details > .inner");
        part = inner?.querySelector(":scope > .group.continued:first-child");
        before = before?.querySelector?.(":scope > details > .inner")?.lastElementChild;
      }
    }
  }
  const toggled = (event) => (event.target.parentElement?.matches(".group") ? joinSoon() : checkSoon());
  main.addEventListener("toggle", toggled, true);
  let joining = false;
  function joinSoon() {
    if (joining) return;
    joining = true;
    requestAnimationFrame(() => {
      joining = false;
      join();
      check();
    });
  }

  function isNear(edge) {
    const win = edge.where === "above" ? first() : last();
    if (!win) return false;
    const box = win.getBoundingClientRect();
    return edge.where === "above" ? box.top > -kAhead * innerHeight : box.bottom < (1 + kAhead) * innerHeight;
  }

  /// Fetches what is missing near the screen.
  function check() {
    if (jump) return;
    for (const edge of [edges.below, edges.above]) {
      if (edge.loading || edge.failed || !isMissing(edge) || !isNear(edge)) continue;
      edge.loading = load(edge).finally(() => {
        edge.loading = null;
        check();
      });
    }
  }

  function show(windows) {
    for (const old of all()) old.remove();
    edges.above.note.after(...windows);
    for (const edge of Object.values(edges)) {
      Object.assign(edge, { failed: false, fruitless: 0 });
      tell(edge, "");
    }
    join();
    added(windows);
  }

  /// Puts the window that is there in the place of all that are loaded; answers it once it is on the page.
  async function replace(at) {
    const mine = ++generation;
    jump?.abort();
    const own = (jump = new AbortController());
    try {
      const win = receive(await source.window(at, own.signal));
      if (mine !== generation) return null;
      main.querySelector(".empty")?.remove();
      show([win]);
      return win;
    } catch (error) {
      if (error instanceof Ended) onEnded();
      throw error;
    } finally {
      if (jump === own) jump = null;
    }
  }

  /// Asks again for all that is loaded, and keeps whatever stayed the same.
  async function refresh() {
    const old = all();
    const mine = ++generation;
    let at = {};
    let fresh = [];
    for (const win of old) {
      try {
        fresh = [receive(await source.window({ from: win.dataset.from }))];
        break;
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
      }
    }
    if (!fresh.length) fresh = [receive(await source.window(at))];
    const wanted = Math.max(old.length, 1);
    const wasAtEnd = next() === undefined;
    while (fresh.at(-1).dataset.next !== undefined && (fresh.length < wanted || (wasAtEnd && fresh.length < kKept))) {
      at = { from: fresh.at(-1).dataset.next };
      fresh.push(receive(await source.window(at)));
    }
    if (mine !== generation) return false;
    keepPlace(() => {
      for (const win of fresh) {
        for (const article of win.querySelectorAll("article")) {
          const same = document.getElementById(article.id);
          if (!same || !main.contains(same)) continue;
          if (same.dataset.v && same.dataset.v === article.dataset.v) article.replaceWith(same);
          else keepOpen(same, article);
        }
        for (const group of win.querySelectorAll(".group[id]")) {
          const same = document.getElementById(group.id);
          if (same) group.firstElementChild.open = same.firstElementChild.open;
        }
      }
      main.querySelector(".empty")?.remove();
      show(fresh);
    });
    check();
    return true;
  }

  // The server's links are for those who have no script.
  for (const links of main.querySelectorAll(":scope > nav.window")) links.remove();
  const begin = first();
  if (begin) {
    begin.before(edges.above.note);
    begin.after(edges.below.note);
  } else {
    main.append(edges.above.note, edges.below.note);
  }

  let queued = false;
  const checkSoon = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      check();
    });
  };
  addEventListener("scroll", checkSoon, { passive: true });
  addEventListener("resize", checkSoon, { passive: true });

  /// Fetches what lies in one direction, if there is anything: for the keys.
  async function loadMore(where) {
    const edge = edges[where];
    if (!isMissing(edge)) return false;
    const count = main.querySelectorAll("article").length;
    edge.loading ??= load(edge).finally(() => (edge.loading = null));
    await edge.loading;
    return main.querySelectorAll("article").length !== count;
  }

  const position = (article) => {
    const win = article?.closest(".win");
    if (!win) return null;
    const index = [...win.querySelectorAll("article")].indexOf(article);
    return { row: Number(win.dataset.first) + index, count: Number(last().dataset.count) };
  };

  return {
    all, first, last, next, hasPrevious, check: checkSoon, checkNow: check, replace, refresh, loadMore, position, join,
    describe: () => plural(Number(last()?.dataset.count ?? 0), "message", "messages"),
  };
}

/// What was open in an article stays so in the one that takes its place.
export function keepOpen(old, fresh) {
  const after = fresh.querySelectorAll("details");
  old.querySelectorAll("details").forEach((details, i) => {
    if (details.open && after[i]) after[i].open = true;
  });
}
