// The page: its languages and themes, the files that people give it, and what it starts from.

const MAX_FILES = 100;
const MAX_BYTES = 64 * 1024 * 1024;
const THEMES = ["auto", "light", "dark"];

const at = (id) => document.getElementById(id);
const now = () => BigInt(Date.now());

// A page from a website is as good as that website, whatever it is made of.
const isOwn = location.protocol === "file:";

// All that this page knows lives here, and ends with it: nothing is stored. Files opened from disk
// share one storage in some browsers, so that another page could plant a trust anchor there.
const state = { checker: null, digest: "", language: "zh-CN", words: {}, results: [], problems: [] };

const showResults = () => {
  const { results, language, words } = state;
  at("cards").replaceChildren(...results.map(({ name, verdict, checked }) =>
    card(name, verdict, JSON.parse(program.view(verdict, language, checked)), words)));
  at("results").hidden = results.length === 0;
  const count = (kind) => results.filter(({ kind: found }) => found === kind).length;
  at("progress").textContent = results.length === 0 ? "" : fill(words.done, {
    n: results.length, valid: count("valid"), invalid: count("invalid"), unknown: count("undetermined"),
  });
};

const showTrust = () => {
  const { checker, words } = state;
  const anchors = JSON.parse(checker.anchors());
  at("trust-none").hidden = anchors.length > 0;
  at("anchors").hidden = anchors.length === 0;
  at("anchors").replaceChildren(...anchors.map(({ ledger, name, demo, height }) =>
    make("div", { "data-testid": "anchor" }, [
      make("dt", { text: demo ? `${name} (${words.trust_demo})` : name }),
      make("dd", {}, [
        make("span", { class: "mono", text: ledger.match(/.{1,4}/g).join(" ") }),
        make("br"),
        height === null ? words.trust_new : fill(words.trust_height, { height }),
      ]),
    ])));
  at("trust-keep").hidden = anchors.length === 0;
  at("saves").replaceChildren(...Array.from({ length: checker.stores() }, (_, place) => {
    const label = checker.stores() > 1 ? `${words.trust_save} ${place + 1}` : words.trust_save;
    const button = make("button", { class: "button quiet", type: "button", text: label, "data-testid": "trust-save" });
    button.addEventListener("click", () => save(checker.trust_file(place), "tallystick.trust"));
    return button;
  }));
};

const show = () => {
  const { words, language, digest, problems, results, checker } = state;
  document.documentElement.lang = language;
  document.title = words.title;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = words[element.dataset.text];
  }
  const theme = document.documentElement.dataset.theme;
  const themes = { auto: words.theme_auto, light: words.theme_light, dark: words.theme_dark };
  at("theme").textContent = `${words.theme}${language === "en" ? " " : ""}${themes[theme]}`;
  at("language").textContent = words.other_language;
  at("language").lang = words.other_tag;
  at("provider").textContent = isOwn
    ? fill(words.provider, { version: program.release(), digest })
    : fill(words.portal, { portal: location.host });
  const said = problems.map(({ name, why }) => `${name}${name && ": "}${words[why]}`);
  at("problem").hidden = problems.length === 0;
  at("problem").dataset.file = problems[0]?.name ?? "";
  at("problem").dataset.reason = problems[0]?.why ?? "";
  at("problem").textContent = said.join("\n");
  at("restart").hidden = results.length === 0 && checker.stores() === 0 && problems.length === 0;
  showTrust();
  showResults();
};

const speak = (tag) => {
  state.language = program.language(tag);
  state.words = JSON.parse(program.labels(state.language));
  show();
};

const save = (bytes, name) => {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};

// Says what is being worked on; the page stays alive in between: a large invoice takes a while.
const announce = async (name) => {
  at("progress").textContent = `${state.words.checking} ${name}`;
  await new Promise((resolve) => { setTimeout(resolve, 0); });
};

// The bytes of a file, or of what a code in a picture holds; else the key of the words for why not.
const contentOf = async (file) => {
  if (file.size > MAX_BYTES) return { why: "too_large" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length === 0) return { why: "empty" };
  if (!program.is_picture(bytes)) return { bytes };
  await announce(file.name);
  return readPicture(bytes);
};

// Sorts files: trust stores are believed at once, documents come back, and what is neither is said.
const read = async (files) => {
  const [documents, problems] = [[], []];
  for (const file of files) {
    const { name } = file;
    const { bytes, why } = await contentOf(file);
    const taken = bytes ? state.checker.take_trust(bytes) : null;
    if (why) problems.push({ name, why });
    else if (taken === program.Taken.Refused) problems.push({ name, why: "trust_refused" });
    else if (taken === program.Taken.NoTrustStore) documents.push({ name, bytes });
  }
  return { documents, problems };
};

// All files teach before any is judged, so that no answer depends on their order.
const check = async (documents) => {
  const { checker } = state;
  const judged = [];
  for (const { bytes } of documents) checker.learn(bytes, now());
  for (const { name, bytes } of documents) {
    await announce(name);
    const checked = now();
    const verdict = checker.verify(bytes, checked);
    const { kind } = JSON.parse(verdict).headline;
    judged.push({ name, bytes, verdict, checked, kind });
  }
  state.results.unshift(...[...judged].reverse());
  return judged;
};

// What was judged before is judged again under a trust store that came later.
const judgeAgain = () => {
  const { checker, results } = state;
  for (const { bytes } of results) checker.learn(bytes, now());
  for (const result of results) {
    result.checked = now();
    result.verdict = checker.verify(result.bytes, result.checked);
    result.kind = JSON.parse(result.verdict).headline.kind;
  }
};

const takeNow = async (files) => {
  if (files.length > MAX_FILES) {
    state.problems = [{ name: "", why: "too_many" }];
    return [];
  }
  const before = state.checker.stores();
  const { documents, problems } = await read(files);
  state.problems = problems;
  if (state.checker.stores() !== before) judgeAgain();
  return check(documents);
};

// Takes files, one lot after the other, and gives the results on them.
let turn = Promise.resolve();
const take = (files) => {
  turn = turn.then(async () => {
    try {
      return await takeNow(files);
    } catch (error) {
      state.problems = [{ name: "", why: error instanceof DOMException ? "unreadable" : "failed" }];
      return [];
    } finally {
      show();
    }
  });
  return turn;
};

const listen = () => {
  const drop = at("drop");
  const over = (event, is) => {
    event.preventDefault();
    drop.classList.toggle("over", is);
  };
  // Dropping beside the field must not lead away from the page.
  document.addEventListener("dragover", (event) => over(event, true));
  document.addEventListener("dragleave", (event) => over(event, false));
  document.addEventListener("drop", (event) => {
    over(event, false);
    take([...(event.dataTransfer?.files ?? [])]);
  });
  at("files").addEventListener("change", async ({ target }) => {
    const files = [...target.files];
    // The same file may be chosen again after it changed.
    target.value = "";
    await take(files);
  });
  at("restart").addEventListener("click", () => {
    Object.assign(state, { checker: new program.Checker(), results: [], problems: [] });
    show();
    at("files").focus();
  });
  at("language").addEventListener("click", () => speak(state.words.other_tag));
  at("theme").addEventListener("click", () => {
    const root = document.documentElement;
    root.dataset.theme = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
    show();
  });
};

const unpack = async () => {
  const packed = Uint8Array.from(atob(at("packed").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

const start = async () => {
  const bytes = await unpack();
  await program({ module_or_path: bytes });
  state.digest = program.sha256(bytes);
  if (state.digest !== at("packed").dataset.sha256) throw new Error("this copy is damaged");
  state.checker = new program.Checker();
  listen();
  speak(new URLSearchParams(location.search).get("lang") ?? navigator.language);
  at("page").hidden = false;
};

const ready = start();
ready.catch(() => { at("broken").hidden = false; });
