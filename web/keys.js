// Keys of the page. None is taken from somebody who types, or who holds a modifier.
import { isDialogOpen, showHelp } from "./dialogs.js";

export function listenForKeys({ place, find, foldAll, copyCurrent, closeDrawer }) {
  const actions = {
    j: () => place.step(1),
    k: () => place.step(-1),
    J: () => place.step(1, "article.user"),
    K: () => place.step(-1, "article.user"),
    g: () => place.goToEnd(false),
    G: () => place.goToEnd(true),
    n: () => find.step(1),
    N: () => find.step(-1),
    o: foldAll,
    c: copyCurrent,
    "?": showHelp,
    "/": () => {
      closeDrawer(true);
      find.field.focus();
      find.field.select();
    },
    Escape: () => {
      if (!closeDrawer()) find.clear();
    },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const target = event.target;
    if (target.closest?.("input, textarea, select, [contenteditable]") || isDialogOpen()) return;
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : null;
    if (!action) return;
    event.preventDefault();
    action();
  });
}
