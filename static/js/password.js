// A word beside a new password while it is typed. It follows the rules of the house as far as a browser can: its list is
// the beginning of the house's own, and what counts is decided there alone. Nothing that is typed leaves the page.

const pause = 300; // until somebody who types has stopped
const own = 8; // letters that must be left without words of the person and of the house
const rows = [
  "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
].flatMap((row) => [row, [...row].reverse().join("")]);
const masks = { 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", "@": "a", $: "s", "!": "i", "|": "l" };

let common = null; // fetched when somebody begins to type

for (const part of document.querySelectorAll("[data-strength]")) watch(part);

function watch(part) {
  const field = part.querySelector("[type=password]");
  const said = part.querySelector("[data-strength-said]");
  const meter = part.querySelector("meter");
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      common ??= import(part.dataset.list).then((list) => new Set(thirteenOn(list.default).split(/\s+/)));
      const typed = field.value.normalize("NFC");
      const { words, value } = judge(typed, part.dataset, await common);
      if (typed !== field.value.normalize("NFC")) return; // more was typed meanwhile
      said.textContent = words;
      meter.value = value;
      meter.hidden = typed === "";
    }, pause);
  });
}

function judge(typed, { least, beside, words }, list) {
  const length = [...typed].length;
  if (length === 0) return { words: "", value: 0 };
  if (isCommon(typed, list)) return { words: "Attackers try this first. Choose something else.", value: 1 };
  if (isTheirs(typed, words.toLowerCase())) {
    return { words: "Easy to guess from names and addresses of yours or ours. Choose something else.", value: 1 };
  }
  const missing = Number(least) - length;
  if (missing <= 0) return { words: "Long enough, and none that attackers try first.", value: 4 };
  const more = missing === 1 ? "One more character" : `${missing} more characters`;
  if (beside && length >= Number(beside)) return { words: `Enough with a second step. Without one: ${more}.`, value: 3 };
  return { words: `${more}. A few words in a row are easy to remember.`, value: 1 + length / Number(least) };
}

function isCommon(typed, list) {
  const folded = typed.toLowerCase();
  const plain = unmask(folded);
  const tried = (form) => {
    if (list.has(form) || isRun(form)) return true;
    return [...form].some((_, i) => i > 0 && list.has(form.slice(0, i)) && list.has(form.slice(i)));
  };
  const numbers = folded.replace(/[^0-9]/g, "");
  return [folded, bare(folded), unmask(bare(folded)), bare(plain), letters(plain)].some(tried) || isRepeat(folded)
    || (letters(folded) === "" && isRun(numbers));
}

// The list is kept so that nobody takes offence at what people choose.
function thirteenOn(text) {
  return text.replace(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 84) % 26)));
}

function isTheirs(typed, words) {
  const theirs = words.split(/[^\p{L}]+/u).filter((word) => [...word].length >= 4).sort((a, b) => b.length - a.length);
  const folded = typed.toLowerCase();
  return [folded, unmask(folded)].some((form) => {
    const rest = theirs.reduce((left, word) => left.replaceAll(word, ""), form);
    return rest !== form && [...letters(rest)].length < own;
  });
}

function letters(text) {
  return text.replace(/[^\p{L}]/gu, "");
}

function bare(text) {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
}

function unmask(text) {
  return text.replace(/[013457@$!|]/g, (sign) => masks[sign]);
}

// One short piece over and over.
function isRepeat(text) {
  for (let size = 1; size < own && size * 2 <= text.length; size++) {
    if ([...text].every((letter, i) => letter === text[i % size])) return true;
  }
  return false;
}

// Nothing but runs along the keyboard or the alphabet, each of four characters or more.
function isRun(text) {
  let rest = text;
  while (rest.length >= 4) {
    const run = Math.max(...rows.map((row) => along(rest, row)));
    if (run < 4) return false;
    rest = rest.slice(run);
  }
  return rest === "" && text !== "";
}

function along(text, row) {
  const start = row.indexOf(text[0]);
  let n = 0;
  while (start >= 0 && n < text.length && start + n < row.length && text[n] === row[start + n]) n++;
  return n;
}
