// Where windows, blocks and hits come from: a gateway. Whoever reads an exported file gives the same from the file itself.
// Fails with Ended (nothing more comes), Missing (no such place), or whatever a network fails with.

export class Ended extends Error {}
export class Missing extends Error {}

export function served(root) {
  async function get(path, signal) {
    const answer = await fetch(root + path, { cache: "no-store", signal });
    if (answer.status === 401) location.reload(); // the password is another one: the form is there instead
    if (answer.status === 410) throw new Ended();
    if (answer.status === 404) throw new Missing();
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return answer;
  }
  const text = async (path, signal) => (await get(path, signal)).text();
  const query = (at) =>
    at.from !== undefined ? `?from=${encodeURIComponent(at.from)}`
    : at.before !== undefined ? `?before=${encodeURIComponent(at.before)}`
    : at.last ? "?last" : "";

  return {
    /// The markup of a window: {from: ANCHOR}, {before: ANCHOR}, {last: true} or {} (the first).
    window: (at, signal) => text(`w${query(at)}`, signal),
    /// The whole page around a place.
    page: (anchor, signal) => text(query({ from: anchor }), signal),
    /// A page below the root: one block, its records, the files.
    document: (path) => text(path),
    find: async (q, after, signal) =>
      (await get(`find?q=${encodeURIComponent(q)}${after ? `&after=${encodeURIComponent(after)}` : ""}`, signal)).json(),
  };
}
