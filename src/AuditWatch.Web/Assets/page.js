// What the page does beyond forms and links: the reader's own time beside UTC, copying, keys, and what changes meanwhile. Without it everything else works.
(() => {
  "use strict";
  const root = document.body.dataset.root;

  for (const time of document.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const local = document.createElement("span");
    local.className = "local";
    local.textContent = at.toLocaleString([], { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
    time.after(local);
  }

  for (const button of document.querySelectorAll("button.copy")) {
    if (!navigator.clipboard) { break; }
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.previousElementSibling.textContent);
      button.textContent = "Copied";
    });
  }

  const rows = [...document.querySelectorAll("li.alert, .story > li")];
  let current = -1;
  const choose = index => {
    if (rows.length === 0) { return; }
    rows[current]?.classList.remove("chosen");
    current = Math.max(0, Math.min(rows.length - 1, index));
    rows[current].classList.add("chosen");
    rows[current].querySelector("a.title, a").focus();
  };
  const actOn = key => {
    const target = document.querySelector(`[data-key="${key}"]`);
    if (!target) { return; }
    const box = rows[current]?.querySelector("input");
    if (box && !document.querySelector("li.alert input:checked")) {
      box.checked = true;
    }
    target.scrollIntoView({ block: "nearest" });
    if (key === "a" && target.form?.by.value) { target.click(); } else { (target.form?.by.value ? target : target.form?.by ?? target).focus(); }
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), select, textarea")) { return; }
    const keys = {
      j: () => choose(current + 1),
      k: () => choose(current - 1),
      x: () => { const box = rows[current]?.querySelector("input"); if (box) { box.checked = !box.checked; } },
      a: () => actOn("a"),
      c: () => actOn("c"),
      s: () => { const link = document.querySelector("a[data-key=s]"); if (link) { link.click(); } else { const title = rows[current]?.querySelector("a.title"); if (title) { location.href = title.href; } } },
      "/": () => document.getElementById("search")?.focus(),
      "?": () => document.querySelector("footer").scrollIntoView(),
    };
    for (const key of ["[", "]", "+", "-", "0"]) { keys[key] = () => document.querySelector(`[data-key="${key}"]`)?.click(); }
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });

  // What is new waits behind a line; what has changed says so where it stands. Nothing moves under the reader.
  const news = document.getElementById("news");
  const title = document.title;
  const opened = new Set();
  const levels = ["informational", "low", "medium", "high", "critical"];
  const icon = document.querySelector("link[rel=icon]");
  const mark = level => {
    if (levels.indexOf(level) <= levels.indexOf(icon.dataset.level)) { return; }
    icon.dataset.level = level;
    icon.href = icon.href.replace(/[a-z]+\.svg$/, `${level}.svg`);
  };
  const words = alert => alert.status === "open" ? "open" : `${alert.status}${alert.by ? ` by ${alert.by}` : ""}`;
  const take = alerts => {
    for (const alert of alerts) {
      const shown = document.querySelector(`[data-alert="${CSS.escape(alert.id)}"]`);
      if (shown) {
        if (shown.dataset.status !== alert.status) {
          shown.dataset.status = alert.status;
          shown.classList.add("changed");
          shown.querySelector(".state").textContent = words(alert);
        }
        const count = shown.querySelector(".count");
        if (count) { count.textContent = alert.count === 1 ? "once" : `${alert.count.toLocaleString("en")} times`; }
      } else if (alert.kind === "opened") {
        opened.add(alert.id);
        mark(alert.level);
      }
    }
    if (opened.size > 0) {
      document.title = `(${opened.size}) ${title}`;
      if (news) { news.hidden = false; news.querySelector("b").textContent = opened.size; }
    }
  };
  const source = new EventSource(`${root}live`);
  source.addEventListener("alerts", event => take(JSON.parse(event.data)));
  addEventListener("pagehide", () => source.close());
})();
