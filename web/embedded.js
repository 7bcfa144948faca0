// The same as served.js, from inside an exported file: windows lie in it compressed, and are unpacked when somebody looks.
import { body, main, parse } from "./dom.js";
import { Missing } from "./served.js";

const kHitsAtOnce = 50;
const kAround = 60; // characters shown in front of a hit

export const isEmbedded = body.dataset.mode === "file";

export function embedded() {
  main.replaceChildren();
  const element = (name) => document.querySelector(`script[data-chunk="${CSS.escape(name)}"]`);

  async function unpack(name) {
    const packed = element(name);
    if (!packed) throw new Missing();
    const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  let begins = null; // by window: its first row
  let rows = null; // by anchor: its row
  async function windowWith(row) {
    begins ??= JSON.parse(await unpack("begins"));
    if (row < 0 || !begins.length) throw new Missing();
    let low = 0;
    let high = begins.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (begins[middle] <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  async function rowOf(anchor) {
    rows ??= new Map((await unpack("anchors")).split("\n").map((name, row) => [name, row]));
    if (!rows.has(anchor)) throw new Missing();
    return rows.get(anchor);
  }

  // Only the writer of the file can put an attribute there: what a transcript says is escaped.
  const withPictures = (markup) =>
    markup.replace(/ (src|href)="(i\/[^"]+)"/g, (all, attribute, name) => {
      const picture = element(name);
      return picture ? ` ${attribute}="data:${picture.dataset.media};base64,${picture.textContent}"` : all;
    });

  async function window(at) {
    begins ??= JSON.parse(await unpack("begins"));
    const index =
      at.from !== undefined ? await windowWith(await rowOf(at.from))
      : at.before !== undefined ? await windowWith((await rowOf(at.before)) - 1)
      : at.last ? begins.length - 1 : 0;
    return withPictures(await unpack(`w${index}`));
  }

  /// Case counts when there is an upper-case letter in what is looked for.
  function seeker(q) {
    const exact = /\p{Lu}/u.test(q);
    return (text) => {
      const lower = exact ? text : text.toLowerCase();
      return (lower.length === text.length ? lower : text).indexOf(q);
    };
  }

  async function find(q, after, signal) {
    const at = seeker(q);
    const hits = [];
    let row = after ? (await rowOf(after)) + 1 : 0;
    begins ??= JSON.parse(await unpack("begins"));
    for (let index = begins.length ? await windowWith(row) : 0; index < begins.length; index += 1) {
      if (signal?.aborted) throw new DOMException("aborted", "AbortError");
      const markup = await unpack(`w${index}`);
      // Without its tags a window that does not have the text is known quickly.
      const plain = markup.replace(/<[^>]*>/g, "").replace(/&(lt|gt|quot|amp|#39);/g, (all, name) => letters[name]);
      if (at(plain) < 0) continue;
      let own = begins[index];
      for (const article of parse(markup).querySelectorAll("article")) {
        const place = own++;
        if (place < row) continue;
        article.querySelector(".meta")?.remove();
        const text = article.textContent;
        const found = at(text);
        if (found < 0) continue;
        const begin = Math.max(0, found - kAround);
        hits.push({
          anchor: article.id, row: place + 1, kind: article.classList[0],
          text: text.slice(begin, found + q.length + 2 * kAround).replace(/\s/g, " "),
          marks: [[found - begin, q.length]],
        });
        if (hits.length === kHitsAtOnce) return { hits, more: article.id };
      }
      row = own;
    }
    return { hits };
  }

  return { window, find, document: async (path) => withPictures(await unpack(path)), page: () => Promise.reject(new Missing()) };
}

const letters = { lt: "<", gt: ">", quot: '"', amp: "&", "#39": "'" };
