"""An automatic accessibility check of a page in Chromium: what a reader without a mouse, a screen or good eyes needs.

`problems(browser)` answers a sentence for each thing that is wrong, an empty list for a page that has nothing of it:
names of controls and images, landmarks, order of headings and of the focus, contrast, ids that are there twice.
"""

CONTROLS = {
    "button", "link", "textbox", "searchbox", "checkbox", "combobox", "menuitem", "radio", "slider", "switch", "tab",
    "DisclosureTriangle", "image", "dialog", "region", "navigation",
}  # fmt: skip

# Looked at in the page itself: what the tree of names does not say.
LOOK = r"""
const problems = [];
const name = (e) => {
  let path = e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + [...e.classList].map((c) => "." + c).join("");
  const text = e.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
  return text ? `${path} "${text}"` : path;
};
const shown = (e) =>
  e.checkVisibility({ checkVisibilityCSS: true }) || getComputedStyle(e).display === "contents";

const ids = new Map();
for (const e of document.querySelectorAll("[id]")) ids.set(e.id, (ids.get(e.id) ?? 0) + 1);
for (const [id, count] of ids) if (count > 1) problems.push(`id ${id} is there ${count} times`);

if (!document.documentElement.lang) problems.push("the page has no language");
if (!document.title.trim()) problems.push("the page has no title");
for (const [landmark, wanted] of [["main", 1], ["header:not(article header)", 1]]) {
  const count = [...document.querySelectorAll(landmark)].filter(shown).length;
  if (count !== wanted) problems.push(`${count} landmarks ${landmark}`);
}
const landmarks = new Map();
for (const e of document.querySelectorAll("nav, aside, search, [role=search], [role=navigation], [role=region]")) {
  if (!shown(e)) continue;
  const key = (e.getAttribute("role") ?? e.tagName) + " " + (e.getAttribute("aria-label") ?? "");
  landmarks.set(key, (landmarks.get(key) ?? 0) + 1);
}
for (const [key, count] of landmarks) if (count > 1) problems.push(`${count} landmarks have the name ${key}`);

let level = 0;
for (const e of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
  if (!shown(e)) continue;
  const own = Number(e.tagName[1]);
  if (e.closest(".prose")) continue; // whoever wrote the message gave it its headings
  if (level === 0 && own !== 1) problems.push(`the first heading is ${name(e)}`);
  if (own > level + 1 && level > 0) problems.push(`${name(e)} comes behind a heading of level ${level}`);
  level = own;
}
if (!level) problems.push("the page has no heading");

for (const image of document.querySelectorAll("img")) if (!image.hasAttribute("alt")) problems.push(`${name(image)} has no alt`);
for (const e of document.querySelectorAll("[tabindex]"))
  if (Number(e.getAttribute("tabindex")) > 0) problems.push(`${name(e)} takes the focus out of order`);
for (const e of document.querySelectorAll("[aria-hidden=true]"))
  for (const inside of [e, ...e.querySelectorAll("*")])
    if (inside.tabIndex >= 0 && shown(inside)) problems.push(`${name(inside)} can be focused but is hidden from names`);
for (const e of document.querySelectorAll("button, a[href], input, summary"))
  for (let up = e.parentElement; up; up = up.parentElement)
    if (up.matches("button, a[href], summary")) problems.push(`${name(e)} is inside of ${name(up)}`);

// Contrast of every text that is shown, against what is painted behind it.
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
canvas.canvas.width = canvas.canvas.height = 1;
const seen = new Map();
const rgba = (colour) => {
  if (!seen.has(colour)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    seen.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
  }
  const [r, g, b, a] = seen.get(colour);
  return [r, g, b, a / 255];
};
const over = (top, under) => top.map((c, i) => (i < 3 ? c * top[3] + under[i] * (1 - top[3]) : 1));
const luminance = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const ground = new Map();
const behind = (e) => {
  if (!e) return rgba(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#fff");
  if (!ground.has(e)) ground.set(e, over(rgba(getComputedStyle(e).backgroundColor), behind(e.parentElement)));
  return ground.get(e);
};
const told = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const text = walker.currentNode;
  const e = text.parentElement;
  if (!text.data.trim() || e.matches("script, style, noscript") || e.closest(".unseen, :disabled") || !shown(e)) continue;
  const style = getComputedStyle(e);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const back = behind(e);
  const front = over(rgba(style.color), back);
  const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a);
  const ratio = (light + 0.05) / (dark + 0.05);
  if (ratio >= (large ? 3 : 4.5) - 0.01) continue;
  const key = `${e.tagName}.${e.className} ${style.color} on ${back.map(Math.round)}`;
  if (told.has(key)) continue;
  told.add(key);
  problems.push(`contrast ${ratio.toFixed(2)} of ${name(e)}: ${style.color} on rgb(${back.slice(0, 3).map(Math.round)})`);
}
return problems;
"""

# Where the focus goes by Tab, as positions in the document: they must only grow.
ORDER = r"""
const problems = [];
const focusable = [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")].filter(
  (e) => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ checkVisibilityCSS: true }));
let last = null;
for (const e of focusable.slice(0, 400)) {
  const box = e.getBoundingClientRect();
  // In one column of the layout, what comes later in the document is not painted above what came before.
  const column = e.closest(".head, .side, main, dialog");
  if (last && last.column === column && column?.matches("main") && box.bottom < last.top - 60)
    problems.push(`the focus goes up to ${e.tagName} "${e.textContent.trim().slice(0, 40)}"`);
  last = { column, top: box.top };
}
return problems;
"""


def unnamed(browser):
    """Controls, landmarks and pictures that have no name in the tree that assistive programs read."""
    browser.execute_cdp_cmd("Accessibility.enable", {})
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    browser.execute_cdp_cmd("Accessibility.disable", {})
    found = []
    for node in nodes:
        role = node.get("role", {}).get("value")
        if node.get("ignored") or role not in CONTROLS:
            continue
        if not node.get("name", {}).get("value", "").strip():
            found.append(f"a {role} has no name (node {node.get('backendDOMNodeId')})")
    return found


def problems(browser):
    return browser.execute_script(LOOK) + browser.execute_script(ORDER) + unnamed(browser)
