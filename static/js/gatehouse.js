// Small comforts. Every page works without this file; nothing here decides anything.

guardDoubleSubmits();
offerCopying();
closePopovers();
warnBeforeTimeOut();

// A second click on a button that is already working does nothing.
function guardDoubleSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Coming back by the browser's button must find a page that can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  });
}

function offerCopying() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy)?.textContent ?? "";
      await navigator.clipboard.writeText(text.trim());
      const label = button.querySelector("[data-copy-label]");
      const before = label.textContent;
      label.textContent = "Copied";
      setTimeout(() => (label.textContent = before), 2000);
    });
  }
}

// Filter panels and the phone's menu close on Escape and on a click elsewhere.
function closePopovers() {
  const open = () => document.querySelectorAll("details.gh-pop[open], details.gh-menu[open]");
  document.addEventListener("click", (event) => {
    for (const details of open()) if (!details.contains(event.target)) details.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const details of open()) {
      details.open = false;
      details.querySelector("summary").focus();
    }
  });
}

// Two minutes before the session ends a note offers to stay. The server alone ends sessions.
function warnBeforeTimeOut() {
  const note = document.getElementById("session-note");
  if (!note) return;
  const show = (name) => {
    for (const part of note.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== name;
    note.hidden = false;
  };
  const form = note.querySelector("form");
  let timers = [];
  const start = (seconds) => {
    timers.forEach(clearTimeout);
    note.hidden = true;
    timers = [
      setTimeout(() => show("soon"), Math.max(0, seconds - 120) * 1000),
      setTimeout(() => show("ended"), seconds * 1000),
    ];
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.ok && !answer.redirected) start(Number(note.dataset.idle));
    else show("ended");
  });
  start(Number(note.dataset.left));
}
