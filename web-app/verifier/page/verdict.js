// One file's verdict: headline, questions, what was not checked, fields, details.

const SIGNS = { passed: "ok", failed: "bad", unknown: "unknown", not_checked: "unknown" };

const question = ({ name, asked, answer, outcome }) =>
  make("div", { class: "question", "data-testid": `question-${name}`, "data-outcome": outcome }, [
    make("dt", { text: asked }),
    make("dd", { text: answer }),
    outcome && make("dd", { class: `mark mark-${SIGNS[outcome]}` }, [sign(SIGNS[outcome], 20)]),
  ]);

// A value that onlookers need not see stays hidden until it is asked for.
const secret = (value, words) => {
  const shown = make("span", { text: "••••••" });
  const button = make("button", { class: "link-button", type: "button", text: words.show });
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const show = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", String(show));
    button.textContent = show ? words.hide : words.show;
    shown.textContent = show ? value : "••••••";
  });
  return make("span", { class: "secret" }, [shown, button]);
};

const value = ({ label, value, show }, words) => {
  if (show === "as_picture") return make("img", { class: "portrait", src: value, alt: label });
  return show === "on_request" ? secret(value, words) : value;
};

const fieldList = (rows, words, testid) =>
  make("dl", { class: "summary-list", "data-testid": testid }, rows.map((row) =>
    make("div", { "data-field": row.path }, [
      make("dt", { text: row.label }),
      make("dd", { lang: row.lang }, [value(row, words)]),
    ])));

const cell = (tag, text, isNumber) =>
  make(tag, { text, scope: tag === "th" ? "col" : null, class: isNumber ? "number" : null });

const lineTable = ({ caption, columns, rows }) =>
  make("div", { class: "invoice-lines", tabindex: "0", role: "region", "aria-label": caption }, [
    make("table", {}, [
      make("caption", { text: caption }),
      make("thead", {}, [make("tr", {}, columns.map((of) => cell("th", of.label, of.is_number)))]),
      make("tbody", {}, rows.map((row) =>
        make("tr", {}, row.map((text, at) => cell("td", text, columns[at].is_number))))),
    ]),
  ]);

const fieldsOf = (view, words) => {
  if (!view.fields.length && !view.other.length) return null;
  const other = view.other.length > 0 && make("details", {}, [
    make("summary", { text: words.fields_other }),
    fieldList(view.other, words, "other-fields"),
  ]);
  return make("section", { class: "group" }, [
    make("h3", { text: words.fields }),
    view.unproven && make("p", { class: "banner warn", text: view.unproven }),
    view.fields.length > 0 && fieldList(view.fields, words, "document-fields"),
    view.lines && lineTable(view.lines),
    other,
    view.undisclosed && make("p", { class: "muted small", text: view.undisclosed }),
  ]);
};

const details = (view, verdict, words) => {
  const heads = [words.technical_check, words.technical_outcome, words.technical_reason];
  const row = (check) => make("tr", {}, [
    make("td", { text: check.name }),
    make("td", { text: check.outcome }),
    make("td", { class: "mono", text: check.reason }),
  ]);
  const json = JSON.stringify(JSON.parse(verdict), null, 2);
  return make("details", { "data-testid": "technical-details" }, [
    make("summary", { text: words.technical }),
    make("div", { class: "technical" }, [
      make("table", {}, [
        make("thead", {}, [make("tr", {}, heads.map((text) => cell("th", text)))]),
        make("tbody", {}, view.checks.map(row)),
      ]),
      make("pre", { tabindex: "0", role: "region", "aria-label": words.technical_json, "data-testid": "technical-json", text: json }),
    ]),
  ]);
};

const card = (name, verdict, view, words) =>
  make("article", { class: "stack wide result" }, [
    make("h2", { text: name }),
    make("p", { class: "muted", text: view.sort }),
    make("section", { class: "verdict", "data-testid": "verdict", "data-verdict": view.kind, "data-reason": view.reason, "data-file": name }, [
      view.demo && make("p", { class: "watermark", text: words.trust_demo }),
      make("div", { class: `verdict-head ${view.tone}` }, [
        sign(view.tone.replace("tone-", ""), 36),
        make("h3", { "data-testid": "verdict-headline", text: view.title }),
        make("p", { "data-testid": "verdict-sentence", text: view.sentence }),
        view.next && make("p", { class: "next", text: view.next }),
      ]),
      make("dl", { class: "questions" }, view.questions.map(question)),
      view.unchecked && make("p", { class: "unchecked muted small", "data-testid": "unchecked", text: view.unchecked }),
      details(view, verdict, words),
    ]),
    fieldsOf(view, words),
  ]);
