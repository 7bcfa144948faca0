// Times of the server are in UTC; who reads them lives somewhere.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export function showLocalTimes(container) {
  for (const time of container.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = moment.format(at);
    time.textContent = time.textContent.replace(/\d\d:\d\d( UTC)?$/, clock.format(at));
  }
}

/// "expires in 6 days", as long as that is so; says once when it is over.
export function countDown(expires, onExpired) {
  const shown = document.querySelector(".expires");
  const left = (seconds) => {
    const units = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
    const [size, name] = units.find(([unit]) => seconds >= 1.5 * unit || unit === 1);
    const count = Math.max(1, Math.round(seconds / size));
    return `expires in ${count} ${name}${count === 1 ? "" : "s"}`;
  };
  const tick = () => {
    const seconds = (expires - Date.now()) / 1000;
    if (seconds <= 0) return onExpired();
    if (shown) shown.textContent = left(seconds);
    const wait = seconds < 120 ? 1000 : seconds < 7200 ? 20_000 : 600_000;
    setTimeout(tick, Math.min(wait, seconds * 1000 + 20));
  };
  tick();
}
