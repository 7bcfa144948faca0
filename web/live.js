// Follows the session while somebody looks (docs/page.md, "Live"). Of all tabs of one browser and origin one leads: it
// asks for all of them and hands on what comes, because a browser opens six connections to an origin at most. Each line
// counts once: it says from which version it leads to which, and a page that is at neither asks again.

const kName = "panko-live"; // of the lock and of the channel between tabs
const kFirstLine = 4000; // ms: without one by then, something on the way holds answers back
const kSilence = 25000; // more than two heartbeats
const kPoll = 40000; // a poll that is not answered by then never will be
const kPollFor = 600000; // then streaming is tried again
const kQuiet = 1000; // as long without connection before anybody is told
const kGather = 50; // for the other tabs to say that they are there
const kMaxPages = 64;
const kPast = 200;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// What comes for one page, in order. `again()`: it has missed something.
function receiver(page, again) {
  const past = [];
  let last = Promise.resolve();
  let isOver = false;

  async function resync(to) {
    for (let wait = 500; !isOver; wait = Math.min(2 * wait, 15000)) {
      try {
        return await page.resync(to);
      } catch {
        await sleep(wait);
      }
    }
  }
  function moveOn(apply) {
    past.push(page.version());
    if (past.length > kPast) past.shift();
    return apply();
  }
  async function handle(line) {
    if (isOver) return;
    if (line.ended !== undefined) {
      isOver = true;
      page.ended(line.ended);
    } else if (line.problem !== undefined) {
      page.problem(line.problem);
    } else if (line.version === page.version()) {
      return; // what leads here was put in already
    } else if (line.resync) {
      await moveOn(() => resync(line.version));
    } else if (line.from === page.version()) {
      moveOn(() => page.change(line));
    } else if (!past.includes(line.from)) {
      again();
    }
  }
  return {
    isOver: () => isOver,
    receive(line) {
      if (line.page !== page.token()) return;
      if (line.ended !== undefined) handle(line); // whatever else is still on its way
      else last = last.then(() => handle(line)).catch((error) => console.error(error));
    },
  };
}

/// Whether answers were held back here lately.
const held = {
  is() {
    try {
      return Date.now() - Number(localStorage.getItem(kName)) < kPollFor;
    } catch {
      return this.here;
    }
  },
  set(now) {
    this.here = now;
    try {
      if (now) localStorage.setItem(kName, String(Date.now()));
      else localStorage.removeItem(kName);
    } catch {
      // No storage: this tab knows, and that is enough.
    }
  },
  here: false,
};

/// The one connection of a browser. `pages()`: [{token, version}] to ask for. `on`: line(line), state("live" or
/// "reconnecting"), gone(): our own page is no more, locked(): it has to be opened again.
function connection(pages, on) {
  let abort = null;
  let wake = () => {};
  let failures = 0;
  let isOver = false;
  let quiet = 0;
  let problems = "";

  function isUp() {
    clearTimeout(quiet);
    quiet = 0;
    failures = 0;
    on.state("live");
  }
  function isDown() {
    quiet ||= setTimeout(() => on.state("reconnecting"), kQuiet);
  }

  /// One answer, to its end; true when it ended as answers do.
  async function ask(isPoll) {
    const asked = pages();
    abort = new AbortController();
    let alarm = 0;
    let isSilent = false;
    const within = (ms) => {
      clearTimeout(alarm);
      alarm = setTimeout(() => {
        isSilent = true;
        abort.abort();
      }, ms);
    };
    let isFirst = true;
    let told = "";
    let hasNews = false;
    // Whoever waits for an answer that is held back is connected, as far as anybody can tell.
    const presumed = isPoll ? setTimeout(isUp, kQuiet / 2) : 0;
    try {
      within(isPoll ? kPoll : kFirstLine);
      const answer = await fetch("live", {
        method: "POST", cache: "no-store", signal: abort.signal,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ pages: asked, mode: isPoll ? "poll" : "stream" }),
      });
      if (answer.status === 410 || answer.status === 404) return on.gone();
      if (answer.status === 401) return on.locked();
      if (!answer.ok) return false;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ""; ; ) {
        const { value, done } = await reader.read();
        if (done) break;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const text of lines) {
          const line = JSON.parse(text);
          if (isFirst) isUp();
          isFirst = false;
          if (line.problem) told += `${line.page} ${line.problem}\n`;
          else if (!line.beat) hasNews = true;
          if (!line.beat) on.line(line);
        }
        if (!isFirst) within(isPoll ? kPoll : kSilence);
      }
      if (isPoll && !hasNews && told && told === problems) await pause(5000); // said before: not again and again
      problems = told;
      return true;
    } catch {
      if (isSilent && isFirst && !isPoll) held.set(true);
      return isSilent && isFirst && !isPoll;
    } finally {
      clearTimeout(alarm);
      clearTimeout(presumed);
      abort = null;
    }
  }

  /// Ends early when there is reason to try at once.
  function pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function run() {
    while (!isOver) {
      if (!pages().length) {
        await pause(kSilence);
        continue;
      }
      const isPoll = held.is();
      const ended = await ask(isPoll);
      if (isOver) return;
      if (isAgain) {
        isAgain = false;
        await pause(kGather);
        continue;
      }
      if (isPoll && ended) continue;
      isDown();
      // Many pages lose one daemon at the same moment.
      failures += ended ? 0 : 1;
      const most = ended ? 250 : Math.min(500 * 2 ** (failures - 1), 15000);
      await pause(most * (0.5 + Math.random() / 2));
    }
  }

  const retry = () => document.visibilityState === "visible" && !abort && wake();
  addEventListener("online", retry);
  document.addEventListener("visibilitychange", retry);
  let isAgain = false;
  run();

  return {
    /// Other pages are to be asked for, or other versions.
    again() {
      if (abort) isAgain = true;
      abort?.abort();
      wake();
    },
    end() {
      isOver = true;
      clearTimeout(quiet);
      removeEventListener("online", retry);
      document.removeEventListener("visibilitychange", retry);
      abort?.abort();
      wake();
    },
  };
}

/// This tab alone: for browsers that have no locks or no channels, and origins that may not use them.
function followAlone(page) {
  let asking = null;
  const own = receiver(page, () => asking.again());
  asking = connection(() => (own.isOver() ? [] : [{ token: page.token(), version: page.version() }]), {
    line(line) {
      own.receive(line);
      if (own.isOver()) asking.end();
    },
    state: (state) => page.connection(state),
    gone() {
      page.ended(hasExpired() ? "expired" : "stopped");
      asking.end();
    },
    locked: () => page.ended("frozen"),
  });
}

const hasExpired = () => Date.now() >= Number(document.body.dataset.expires || Infinity);

function followTogether(page, channel, name) {
  const id = Math.random().toString(36).slice(2);
  const leaving = new AbortController();
  let isLeading = false;
  let asking = null; // while we lead, once the others have said that they are there
  let others = new Map(); // while we lead: tab → {token, version}
  let current = new Map(); // while we lead: token → version that the last line led to
  let resign = () => {};

  const tell = (kind, more) => channel.postMessage({ kind, id, ...more });
  const here = (missed) => tell("here", { token: page.token(), version: page.version(), missed });
  const own = receiver(page, () => (asking ? askAgain(page.token()) : here(true)));

  function askAgain(token) {
    current.delete(token);
    asking.again();
  }

  /// Our own page comes first: it is the one that has an address to ask.
  function wanted() {
    const versions = new Map();
    if (!own.isOver()) versions.set(page.token(), page.version());
    for (const { token, version } of others.values()) if (!versions.has(token)) versions.set(token, version);
    const list = [...versions].slice(0, kMaxPages).map(([token, version]) => ({ token, version }));
    current = new Map(list.map(({ token, version }) => [token, version]));
    return list;
  }

  function handOn(line) {
    if (line.version !== undefined) current.set(line.page, line.version);
    for (const tab of others.values()) if (tab.token === line.page && line.version) tab.version = line.version;
    tell("line", { line });
    receive(line);
  }

  function receive(line) {
    own.receive(line);
    if (own.isOver()) leave();
  }

  /// A tab that shows another state of a session than the one that we follow catches up by itself.
  async function meet(tab, { token, version, missed }) {
    const isNew = !others.has(tab);
    others.set(tab, { token, version });
    if (!asking) return;
    if (!current.has(token)) return asking.again();
    if (!missed && (!isNew || current.get(token) === version)) return;
    await sleep(500); // what it shows may just be on its way to us
    const now = current.get(token);
    if (asking && now && others.get(tab)?.version !== now) tell("line", { line: { page: token, version: now, resync: true }, to: tab });
  }

  async function lead() {
    if (own.isOver()) return;
    isLeading = true;
    others = new Map();
    current = new Map();
    const ledBefore = new Promise((resolve) => (resign = resolve));
    tell("lead");
    await sleep(kGather);
    asking = connection(wanted, {
      line: handOn,
      state(state) {
        tell("state", { state });
        page.connection(state);
      },
      gone: () => receive({ page: page.token(), ended: hasExpired() ? "expired" : "stopped" }),
      locked: () => handOn({ page: page.token(), ended: "frozen" }),
    });
    await ledBefore;
    asking.end();
    asking = null;
    isLeading = false;
  }

  function leave() {
    tell("gone");
    resign();
    leaving.abort();
  }

  channel.onmessage = ({ data }) => {
    if (own.isOver()) return;
    if (isLeading && data.kind === "here") meet(data.id, data);
    if (isLeading && data.kind === "gone") others.delete(data.id);
    if (isLeading) return;
    if (data.kind === "lead") here();
    if (data.kind === "state") page.connection(data.state);
    if (data.kind === "line" && (data.to ?? id) === id) receive(data.line);
  };
  addEventListener("pagehide", () => tell("gone"));
  here();
  navigator.locks.request(name, { signal: leaving.signal }, lead).catch((error) => {
    if (error.name !== "AbortError") followAlone(page);
  });
}

/// `page`: what changes.js makes.
export function startLive(page) {
  // What a page keeps for the way back it shows as it was: it asks for itself again.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (!navigator.locks || !window.BroadcastChannel) return followAlone(page);
  // The cookie of a share with a gate goes to that share alone: its tabs have a leader of their own.
  const name = document.body.dataset.gate === undefined ? kName : `${kName} ${page.token()}`;
  let channel = null;
  try {
    channel = new BroadcastChannel(name);
  } catch {
    return followAlone(page);
  }
  followTogether(page, channel, name);
}
