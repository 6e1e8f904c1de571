// Keeps the summary beside a role in step with what is ticked. Without this file the page shows the summary once more
// before a role is made; what counts is decided by the server alone.

const form = document.getElementById("role-form");
const boxes = [...form.querySelectorAll("input[name=verbs]")];
const also = form.querySelector("[data-also]");

form.addEventListener("change", (event) => {
  if (event.target.name !== "verbs") return;
  say(follow(event.target));
  show();
});
show();

// What is ticked brings what it needs; what is taken out takes with it what needs it.
function follow(box) {
  const moved = boxes.filter((other) => {
    if (other === box || other.disabled || other.checked === box.checked) return false;
    return box.checked ? needs(box).includes(other.value) : needs(other).includes(box.value);
  });
  for (const other of moved) other.checked = box.checked;
  return { box, moved };
}

function needs(box) {
  return box.dataset.needs.split(" ");
}

function words(box) {
  return `“${form.querySelector(`label[for="${box.id}"]`).textContent}”`;
}

function say({ box, moved }) {
  also.hidden = moved.length === 0;
  const list = moved.map(words).join(", ");
  also.textContent = box.checked
    ? `Ticked as well, because ${words(box)} needs it: ${list}.`
    : `Taken out as well, because it needs ${words(box)}: ${list}.`;
}

function show() {
  const on = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const within = new Map();
  for (const line of form.querySelectorAll("[data-cannot]")) {
    const area = line.dataset.area;
    within.set(area, within.get(area) || on.has(line.dataset.cannot));
  }
  for (const line of form.querySelectorAll("[data-can]")) line.hidden = !on.has(line.dataset.can);
  for (const line of form.querySelectorAll("[data-caution]")) line.hidden = !on.has(line.dataset.caution);
  for (const line of form.querySelectorAll("[data-none]")) line.hidden = within.get(line.dataset.none);
  for (const line of form.querySelectorAll("[data-cannot]")) {
    line.hidden = on.has(line.dataset.cannot) || !within.get(line.dataset.area);
  }
  form.querySelector("[data-nothing]").hidden = on.size > 0;
  form.querySelector("[data-can-list]").hidden = on.size === 0;
  form.querySelector("[data-count]").textContent = `${on.size} of ${boxes.length}, see the summary`;
  for (const group of form.querySelectorAll("[data-group]")) {
    const all = [...group.querySelectorAll("input[name=verbs]")];
    const ticked = all.filter((box) => box.checked).length;
    group.querySelector("[data-group-count]").textContent = `${ticked} of ${all.length}`;
  }
  form.elements.seen.value = boxes.filter((box) => on.has(box.value)).map((box) => box.value).join(" ");
}
