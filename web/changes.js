// What happens to the page while its session goes on: the object that live.js talks to. Ops are those of docs/page.md.
import { body, button, keepPlace, main, make, parse, plural, say } from "./dom.js";
import { keepOpen } from "./windows.js";

const kRows = 80; // messages at the end of the last window before a new one begins

export function createPage({ windows, place, contents, added }) {
  const status = document.querySelector(".status");
  const live = status?.querySelector(".live");
  const pill = button("", "Go to the new messages", toNew, "pill");
  const banner = make("p", { class: "banner", role: "alert", hidden: "" });
  let version = body.dataset.version;
  let isOver = false;
  let unread = 0;
  pill.hidden = true;
  document.querySelector(".head")?.append(banner);
  body.append(pill);

  const byId = (id) => {
    const element = document.getElementById(id);
    return element && main.contains(element) ? element : null;
  };

  function warn(sentence) {
    banner.textContent = sentence;
    banner.hidden = !sentence;
  }

  async function toNew() {
    forget();
    await place.goToEnd(true);
  }
  function forget() {
    unread = 0;
    pill.hidden = true;
  }
  function announce(count) {
    unread += count;
    pill.textContent = pill.title = `${plural(unread, "new message", "new messages")} ↓`;
    pill.removeAttribute("aria-label");
    pill.hidden = false;
  }
  place.onMoved(() => unread && place.isAtEnd() && forget());

  // Ops

  function replace(op) {
    const old = byId(op.id);
    const fresh = parse(op.html).firstElementChild;
    if (!old || !fresh) return;
    keepOpen(old, fresh);
    const hadFocus = old.contains(document.activeElement);
    const wasCurrent = old.classList.contains("current");
    old.replaceWith(fresh);
    added(fresh);
    if (wasCurrent) fresh.classList.add("current");
    if (hadFocus) {
      fresh.setAttribute("tabindex", "-1");
      fresh.focus({ preventScroll: true });
    }
  }

  /// What is there already is left out, and a group that has nothing new in it.
  function withoutKnown(nodes) {
    for (const article of nodes.querySelectorAll("article[id]")) if (byId(article.id)) article.remove();
    for (const group of [...nodes.querySelectorAll(".group")].reverse()) if (!group.querySelector("article")) group.remove();
    return nodes;
  }

  function insert(op) {
    let behind = op.after === "" ? null : byId(op.after);
    if (op.after !== "" && !behind) return 0;
    for (let up = op.up ?? 0; up > 0 && behind; up -= 1) behind = behind.parentElement.closest(".group");
    if (op.after !== "" && !behind) return 0;
    if (op.after === "" && windows.hasPrevious()) return 0; // the front is not loaded
    const nodes = withoutKnown(parse(op.html));
    const articles = [...nodes.querySelectorAll("article")];
    if (!articles.length) return 0;
    const elements = [...nodes.children];
    let win = behind ? behind.closest(".win") : windows.first();
    if (!win) {
      win = make("div", { class: "win", "data-from": articles[0].id, "data-first": "1", "data-last": "0", "data-count": "0" });
      main.querySelector(".empty")?.remove();
      main.querySelector(".edge.below").before(win);
    }
    const isTail = behind?.parentElement === win && behind === win.lastElementChild && win === windows.last();
    if (isTail && windows.next() === undefined && win.querySelectorAll("article").length >= kRows) {
      const rows = win.querySelectorAll("article").length;
      const fresh = make("div", { class: "win", "data-previous": "", "data-from": articles[0].id,
        "data-first": String(Number(win.dataset.first) + rows), "data-count": win.dataset.count });
      win.dataset.next = articles[0].id;
      win.after(fresh);
      win = fresh;
      behind = null;
    }
    if (behind) behind.after(...elements);
    else win.prepend(...elements);
    if (!behind && win.previousElementSibling?.matches(".edge")) win.dataset.from = articles[0].id;
    let from = Number(win.dataset.first);
    for (let at = win; at; at = at.nextElementSibling?.matches(".win") ? at.nextElementSibling : null) {
      at.dataset.first = String(from);
      from += at.querySelectorAll("article").length;
      at.dataset.last = String(from - 1);
    }
    for (const element of elements) added(element);
    return articles.length;
  }

  function remove(op) {
    byId(op.id)?.remove();
  }

  const ops = {
    replace,
    remove,
    insert: (op) => void insert(op),
    count: (op) => {
      const shown = byId(op.id)?.querySelector(":scope > details > summary .count");
      if (shown) shown.textContent = op.text;
    },
    prompt: (op) => contents.add(op.html),
  };

  return {
    /// The share's token, as its address says it.
    token: () => new URL(body.dataset.root || "./", location.href).pathname.replace(/\/$/, "").split("/").at(-1),
    version: () => version,

    /// Applies a line of changes.
    change(line) {
      const follows = place.isAtEnd();
      const before = Number(windows.last()?.dataset.count ?? 0);
      keepPlace(() => {
        for (const op of line.ops ?? []) ops[op.op]?.(op);
        windows.join();
        for (const win of windows.all()) {
          win.dataset.count = line.count ?? win.dataset.count;
          win.dataset.version = line.version;
        }
      });
      if (line.head) {
        const fresh = parse(line.head).firstElementChild;
        if (fresh) document.querySelector(".facts")?.replaceWith(fresh);
      }
      version = body.dataset.version = line.version;
      const grown = (line.count ?? before) - before;
      if (follows && windows.next() === undefined) place.toEnd();
      else if (grown > 0) announce(grown);
      windows.check();
      place.moved();
    },

    /// Nobody knows what happened since our version: all that is loaded is asked for again. Throws what fetching throws.
    async resync(to) {
      const follows = place.isAtEnd();
      const before = Number(windows.last()?.dataset.count ?? 0);
      if (!(await windows.refresh())) return;
      version = body.dataset.version = to;
      const grown = Number(windows.last()?.dataset.count ?? 0) - before;
      if (follows && windows.next() === undefined) place.toEnd();
      else if (grown > 0) announce(grown);
      place.moved();
    },

    /// Nothing more comes.
    ended(reason) {
      if (isOver) return;
      if (reason === "frozen") return location.reload();
      isOver = true;
      body.classList.add("ended");
      if (live) live.textContent = "ended";
      warn(reason === "expired" ? "This share has expired. What is loaded can still be read here."
        : "This share has ended. What is loaded can still be read here.");
    },

    problem(sentence) {
      if (!isOver) warn(sentence);
    },

    connection(state) {
      if (!live || isOver) return;
      live.textContent = state === "live" ? "live" : "reconnecting…";
      live.classList.toggle("lost", state !== "live");
      if (state !== "live") say("Reconnecting");
    },
  };
}

