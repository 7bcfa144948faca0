// Says that somebody looks, while the page can be seen (docs/page.md, "Who looks"): by a name made up for this load of
// the page, so that nothing is known of who it is.
const kBeat = 30000; // ms

export function startSeen(root) {
  const visit = crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-").padStart(16, "0");
  let again = false;
  let timer = 0;

  async function say() {
    timer = setTimeout(say, kBeat);
    try {
      const answer = await fetch(`${root}seen`, {
        method: "POST", cache: "no-store", keepalive: true,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(again ? { visit, again } : { visit }),
      });
      if (answer.ok) again = true;
      else if ([401, 404, 410].includes(answer.status)) stop();
    } catch {
      // The next time, perhaps.
    }
  }
  function change() {
    clearTimeout(timer);
    if (document.visibilityState === "visible") say();
  }
  function stop() {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", change);
  }
  document.addEventListener("visibilitychange", change);
  change();
}
