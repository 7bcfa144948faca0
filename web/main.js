// The page's script: makes what needs one (buttons, chips, find, dialogs) and wires its parts together. What it shows and
// how it is asked for: docs/page.md. Without it the page is complete, by links.
import { createPage } from "./changes.js";
import { watchCode } from "./code.js";
import { createContents } from "./contents.js";
import { addCopyButtons, copyLink } from "./copy.js";
import { isDialogOpen, openInDialog, showHelp } from "./dialogs.js";
import { body, button, headHeight, keepPlace, main, make } from "./dom.js";
import { embedded, isEmbedded } from "./embedded.js";
import { createFilters } from "./filters.js";
import { createFind } from "./find.js";
import { listenForKeys } from "./keys.js";
import { startLive } from "./live.js";
import { createPlace } from "./place.js";
import { startSeen } from "./seen.js";
import { served } from "./served.js";
import { countDown, showLocalTimes } from "./times.js";
import { createWindows } from "./windows.js";

const root = body.dataset.root ?? "";
const source = isEmbedded ? embedded() : served(root);
let page = null;
let unfolded = false; // by the key: windows to come are too
const ended = () => page?.ended("stopped");

/// Whatever comes onto the page gets what needs a script.
function added(container) {
  addCopyButtons(container);
  watchCode(container);
  showLocalTimes(container);
  if (unfolded) for (const details of container.querySelectorAll("article > details")) details.open = true;
}

function startSession() {
  let find = null;
  const windows = createWindows(source, {
    onAdded(list) {
      list.forEach(added);
      find?.added();
    },
    onEnded: ended,
  });
  const place = createPlace(windows, root);
  const contents = createContents(source, place);
  find = createFind(source, place, ended);
  const filters = createFilters(() => {
    windows.check();
    place.moved();
  });
  page = createPage({ windows, place, contents, added: (element) => (added(element), find.added()) });

  // Beside the messages: find, chips, contents. On a phone they are a drawer.
  const side = document.querySelector(".side");
  const menu = button("Menu", "Find, filters and contents", () => drawer(!body.classList.contains("drawer")), "menu");
  menu.setAttribute("aria-expanded", "false");
  function drawer(open) {
    body.classList.toggle("drawer", open);
    menu.setAttribute("aria-expanded", String(open));
  }
  const isNarrow = () => getComputedStyle(menu).display !== "none";
  function closeDrawer(openInstead) {
    if (!isNarrow()) return false;
    const was = body.classList.contains("drawer");
    drawer(Boolean(openInstead));
    if (was && !openInstead) menu.focus();
    return was;
  }
  side.prepend(make("div", { class: "tools" }, find.form, find.bar, filters.group), find.results);
  for (const details of side.querySelectorAll(".contents details")) details.open = true;

  function foldAll() {
    const all = [...main.querySelectorAll(".win article > details")];
    unfolded = all.some((details) => !details.open);
    keepPlace(() => all.forEach((details) => (details.open = unfolded)), place.current() ?? undefined);
    fold.textContent = unfolded ? "Fold all" : "Unfold all";
    windows.check();
  }
  const fold = button("Unfold all", "Unfold or fold everything (o)", foldAll);
  fold.removeAttribute("aria-label");
  const help = button("?", "Keys (?)", showHelp, "icon");
  document.querySelector(".actions").append(place.mark, fold, help);
  document.querySelector(".head").append(menu);

  listenForKeys({
    place, find, foldAll, closeDrawer,
    copyCurrent: () => place.current()?.querySelector(":scope > .meta .copy")?.click(),
  });

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (openInDialog(event, source, { added, ended })) return event.preventDefault();
    const link = event.target.closest?.("a[href]");
    if (!link || link.closest("dialog .bar")) return;
    const own = new URL(root || "./", location.href);
    const to = new URL(link.href);
    if (to.origin !== own.origin || ![own.pathname, location.pathname].includes(to.pathname) || link.matches(".skip, h1 a")) return;
    const anchor = to.hash ? decodeURIComponent(to.hash.slice(1)) : to.searchParams.get("from");
    if (!anchor) return;
    event.preventDefault();
    document.querySelector("dialog[open]")?.close();
    drawer(false);
    if (link.closest(".meta")) copyLink(link);
    place.goTo(anchor);
  });

  windows.all().forEach(added);
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (wanted && wanted !== "messages") place.goTo(wanted);
  else if (isEmbedded) windows.replace({}).then(windows.check);
  addEventListener("hashchange", () => location.hash.length > 1 && place.goTo(decodeURIComponent(location.hash.slice(1))));
  windows.check();
  place.moved();
  if (["live", "view"].includes(body.dataset.mode)) startLive(page);
  if (["live", "snapshot"].includes(body.dataset.mode)) startSeen(root);
}

body.classList.add("scripted");
const measure = () => document.documentElement.style.setProperty("--top", `${headHeight()}px`);
addEventListener("resize", measure);
for (const part of document.querySelectorAll(".head, .head h1")) new ResizeObserver(measure).observe(part);
showLocalTimes(document.querySelector(".head") ?? body);
if (main && document.querySelector(".side")) {
  startSession();
} else if (main) {
  added(main);
  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || isDialogOpen()) return;
    if (openInDialog(event, source, { added, ended })) event.preventDefault();
  });
}
if (body.dataset.expires) countDown(Number(body.dataset.expires), () => page?.ended("expired"));
