// Colours code when it comes into sight. The script that can is loaded by the first code that needs it.
import { body, parse } from "./dom.js";

const kLongest = 60_000; // characters: more would be felt

let loading = null;
function loadHighlighter() {
  if (window.pankoHighlight) return window.pankoHighlight;
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = body.dataset.highlight;
    script.onload = () => resolve(window.pankoHighlight);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

const languageOf = (element) => /(?:^|\s)language-(\S+)/.exec(element.className)?.[1];

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      colour(target);
    }
  },
  { rootMargin: "400px" },
);

async function colour(element) {
  const language = languageOf(element);
  let highlight;
  try {
    highlight = await loadHighlighter();
  } catch {
    return; // code without colours is code
  }
  // A diff is runs of lines in elements of their own, each coloured alone.
  const parts = element.childElementCount ? element.children : [element];
  let left = kLongest;
  for (const part of parts) {
    const text = part.textContent;
    left -= text.length;
    if (left < 0) break;
    if (part.childElementCount) continue;
    const markup = highlight(language, text);
    if (markup === null) return;
    const coloured = parse(markup);
    if (coloured.textContent === text) part.replaceChildren(coloured);
  }
}

export function watchCode(container) {
  for (const element of container.querySelectorAll("[class*='language-']")) watcher.observe(element);
}
