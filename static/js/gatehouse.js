// Small comforts. Every page works without this file; nothing here decides anything.

guardDoubleSubmits();
offerCopying();
offerPrinting();
countTicked();
closePopovers();
warnBeforeTimeOut();
offerListFiles();

// A second click on a button that is already working does nothing.
function guardDoubleSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" || "again" in form.dataset || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    if (form.target === "_blank") setTimeout(rest, 1500); // this page stays, and may be needed again
  });
  // Coming back by the browser's button must find a page that can be sent again.
  window.addEventListener("pageshow", rest);
  function rest() {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  }
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

function offerPrinting() {
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

// The bar above a table says how many rows are ticked and what they come to; one box ticks the whole page.
function countTicked() {
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    const form = bar.closest("form");
    const boxes = [...form.querySelectorAll(".gh-pick-cell input")];
    const all = form.querySelector("[data-pick-all]");
    const show = () => {
      const on = boxes.filter((box) => box.checked);
      bar.querySelector("[data-bulk-said]").textContent = ticked(on);
      if (!all) return;
      all.checked = on.length === boxes.length;
      all.indeterminate = on.length > 0 && !all.checked;
    };
    form.addEventListener("change", (event) => {
      if (event.target === all) for (const box of boxes) box.checked = all.checked;
      show();
    });
    if (all) all.hidden = false;
    show();
  }
}

// Amounts of one currency are added up; several are not.
function ticked(boxes) {
  const text = `${boxes.length} selected`;
  const currencies = new Set(boxes.map((box) => box.dataset.currency));
  const [currency] = currencies;
  if (currencies.size !== 1 || !currency) return text;
  const minor = boxes.reduce((sum, box) => sum + Number(box.dataset.minor), 0);
  const amount = new Intl.NumberFormat("en-GB", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return `${text}, ${amount.format(minor / 10 ** Number(boxes[0].dataset.digits)).replace("-", "−")}`;
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

// Two minutes before the session ends a note offers to stay. The server alone ends sessions. All tabs of a browser share
// one session: whatever keeps it in one of them, a click or the note's button, is told to the others; so is its end.
function warnBeforeTimeOut() {
  const tabs = new BroadcastChannel("gatehouse-session");
  const over = document.body.dataset.sessionOver;
  if (over) tabs.postMessage({ over });
  const note = document.getElementById("session-note");
  if (!note) return;
  const { session } = note.dataset;
  let timers = [];
  const show = (name) => {
    for (const part of note.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== name;
    note.hidden = false;
  };
  const end = (name) => {
    timers.forEach(clearTimeout);
    show(name);
  };
  const start = (seconds) => {
    timers.forEach(clearTimeout);
    note.hidden = true;
    timers = [
      setTimeout(() => show("soon"), Math.max(0, seconds - 120) * 1000),
      setTimeout(() => show("ended"), seconds * 1000),
    ];
  };
  const tell = (seconds) => {
    start(seconds);
    tabs.postMessage({ session, seconds });
  };
  tabs.addEventListener("message", ({ data }) => {
    if (data.over === "signed out") return somethingTyped() ? end("left") : location.replace("/signed-out");
    if (data.over) return end("ended");
    return data.session === session ? start(data.seconds) : end("other");
  });
  note.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const form = event.target;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.ok && !answer.redirected) return tell(Number(note.dataset.idle));
    end("ended");
    tabs.postMessage({ over: "ended" });
  });
  tell(Number(note.dataset.left));
}

// A page on which nobody typed anything has nothing to lose: it leaves with whoever signed out.
function somethingTyped() {
  return [...document.querySelectorAll("main :is(input, textarea)")].some((field) =>
    ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked
      : field.type !== "hidden" && field.value !== field.defaultValue);
}

// A list of people can be taken from a file: it is read here and put into the box above, where it can be looked at.
// Nothing is uploaded. Spreadsheets that know no UTF-8 write the letters of Windows.
function offerListFiles() {
  for (const offer of document.querySelectorAll("[data-list-file]")) {
    const box = offer.closest("form").querySelector("textarea");
    const input = offer.querySelector("input");
    offer.hidden = false;
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file || file.size > 40000) {
        input.setCustomValidity(file ? "This file is too long. Paste the rows that you need." : "");
        input.reportValidity();
        return;
      }
      input.setCustomValidity("");
      const bytes = await file.arrayBuffer();
      try {
        box.value = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        box.value = new TextDecoder("windows-1252").decode(bytes);
      }
      box.focus();
    });
  }
}
