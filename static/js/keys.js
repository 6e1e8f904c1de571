// Security keys and passkeys. A form with data-key asks the server what is to be signed, has the browser ask its owner,
// and sends the answer as any form is sent: what follows is decided there. Nothing here decides anything.

const patience = 4 * 60 * 1000; // what is asked is good for five minutes
const words = {
  waiting: "Follow what your browser shows, or touch your key.",
  cancelled: "Nothing happened: it was cancelled, or it took too long. Try again when you are ready.",
  registered: "This key is registered already. Use another one.",
  unsuitable: "This key can’t be used for that. Try another one.",
  elsewhere: "Keys work at this portal’s own address only. Look at the address of this page.",
  stale: "This page is out of date. Load it again, then try once more.",
  failed: "Your browser could not ask the key. Try again, or use something else.",
};

let offering = null; // passkeys being offered in the e-mail field: how to stop it, and when it is over
let sent = false; // an answer is on its way, and the page about to go

for (const form of document.querySelectorAll("form[data-key]")) prepare(form);

// Coming back by the browser's button finds a page that can be used again.
window.addEventListener("pageshow", () => (sent = false));

function prepare(form) {
  if (!window.PublicKeyCredential || !navigator.credentials) return; // the form says what to do instead
  form.querySelector("[data-key-ready]").hidden = false;
  form.querySelector("[data-key-unable]").hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    touch(form);
  });
  if (form.dataset.key === "autofill") offer(form);
}

// touch is one try, begun by the button. A browser asks one thing at a time, so the offer in the e-mail field ends first.
async function touch(form) {
  if (form.dataset.busy || sent) return;
  form.dataset.busy = "yes";
  const button = form.querySelector("button[type=submit]");
  button.setAttribute("aria-busy", "true");
  say(form, words.waiting, "");
  try {
    offering?.stop.abort();
    await offering?.over;
    const publicKey = await ask(form);
    const made = form.dataset.key === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    send(form, made);
  } catch (error) {
    say(form, "", explain(error));
    if (form.dataset.key === "autofill") offer(form);
  } finally {
    delete form.dataset.busy;
    button.removeAttribute("aria-busy");
  }
}

// offer lets the browser list passkeys where the e-mail address is typed.
function offer(form) {
  const stop = new AbortController();
  offering = { stop, over: list(form, stop) };
}

// list asks anew before the question grows old, until it is answered or stopped.
async function list(form, stop) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  while (!stop.signal.aborted) {
    const old = new AbortController();
    const timer = setTimeout(() => old.abort(), patience);
    const signal = AbortSignal.any([stop.signal, old.signal]);
    try {
      const publicKey = await ask(form, signal);
      const made = await navigator.credentials.get({ publicKey, mediation: "conditional", signal });
      return send(form, made);
    } catch {
      // Nobody asked for anything, so there is nothing to say: the button is there.
      if (!old.signal.aborted) return;
    } finally {
      clearTimeout(timer);
    }
  }
}

class Refusal extends Error {}

// ask fetches what is to be signed. The other fields go along, so that what is wrong with them is said before a key is
// touched.
async function ask(form, signal) {
  const answer = await fetch(form.dataset.ask, {
    method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, signal,
  });
  const kind = answer.headers.get("Content-Type") ?? "";
  if (!kind.startsWith("application/json")) throw new Refusal(words.stale);
  const said = await answer.json();
  if (!answer.ok) throw new Refusal(said.problem || words.stale);
  return decoded(said);
}

function send(form, made) {
  if (sent) return;
  sent = true;
  form.elements.key.value = JSON.stringify(encoded(made));
  takeAlong(form);
  form.submit(); // past the listener: this is the answer
}

// takeAlong sends a tick with this form that stands once on the page and belongs to another.
function takeAlong(form) {
  const tick = document.getElementById(form.dataset.along ?? "");
  form.querySelector("[data-came-along]")?.remove(); // of a try before
  if (!tick?.checked) return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: tick.name, value: tick.value });
  field.dataset.cameAlong = "yes";
  form.append(field);
}

function say(form, status, problem) {
  form.querySelector("[data-key-status]").textContent = status;
  const box = form.querySelector("[data-key-problem]");
  box.hidden = problem === "";
  box.querySelector("span").textContent = problem;
}

function explain(error) {
  if (error instanceof Refusal) return error.message;
  switch (error.name) {
    case "NotAllowedError":
    case "AbortError":
      return words.cancelled;
    case "InvalidStateError":
      return words.registered;
    case "ConstraintError":
    case "NotSupportedError":
      return words.unsuitable;
    case "SecurityError":
      return words.elsewhere;
  }
  return words.failed;
}

function bytes(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// decoded turns what was fetched into what browsers take; parseRequestOptionsFromJSON is too young to rely on.
function decoded(options) {
  const raw = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  const out = { ...options, challenge: bytes(options.challenge) };
  if (options.user) out.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) out.excludeCredentials = raw(options.excludeCredentials);
  if (options.allowCredentials) out.allowCredentials = raw(options.allowCredentials);
  return out;
}

function encoded(made) {
  const said = made.response;
  const response = { clientDataJSON: text(said.clientDataJSON) };
  if (said.attestationObject) {
    response.attestationObject = text(said.attestationObject);
    response.transports = said.getTransports?.() ?? [];
  } else {
    response.authenticatorData = text(said.authenticatorData);
    response.signature = text(said.signature);
    if (said.userHandle) response.userHandle = text(said.userHandle);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {}, response };
}
