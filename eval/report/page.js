"use strict";
(() => {
  const PAGE = 50;
  const data = JSON.parse(document.getElementById("data").textContent);
  const table = document.getElementById("rows");
  if (!table) return;
  const byId = name => document.getElementById(name);
  const [stage, type, text] = ["stage", "type", "text"].map(byId);
  // Folded once, so that typing stays quick with ten thousand questions.
  const rows = data.lost.map(row => ({
    ...row, folded: [row.id, row.question, row.expected, row.got].join("\n").toLowerCase(),
  }));
  let found = rows;
  let first = 0;

  function options(select, values) {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
    const all = new Option(`${data.words.all} (${values.length})`, "\u0000");
    const each = [...counts].sort((a, b) => b[1] - a[1])
      .map(([value, count]) => new Option(`${value || data.words.untyped} (${count})`, value));
    select.replaceChildren(all, ...each);
  }

  function cell(parent, words) {
    parent.insertCell().textContent = words;
  }

  function toggle(line, row) {
    const open = line.nextElementSibling;
    if (open && open.classList.contains("more")) { open.remove(); return; }
    const more = document.createElement("tr");
    more.className = "more";
    const wide = more.insertCell();
    wide.colSpan = 6;
    wide.textContent = row.more.join("\n");
    line.after(more);
  }

  function draw() {
    table.replaceChildren(...found.slice(first, first + PAGE).map(row => {
      const line = document.createElement("tr");
      line.className = "row";
      line.tabIndex = 0;
      for (const words of [row.id, row.type, row.question, row.expected, row.got, row.where])
        cell(line, words);
      line.addEventListener("click", () => toggle(line, row));
      line.addEventListener("keydown", event => { if (event.key === "Enter") toggle(line, row); });
      return line;
    }));
    byId("count").textContent = data.words.shown.replace("{count}", found.length);
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    byId("page").textContent = `${first / PAGE + 1} / ${pages}`;
    byId("before").disabled = first === 0;
    byId("next").disabled = first + PAGE >= found.length;
  }

  function filter() {
    const words = text.value.trim().toLowerCase();
    const fits = (select, value) => select.value === "\u0000" || select.value === value;
    found = rows.filter(row => fits(stage, row.stage) && fits(type, row.type)
      && (!words || row.folded.includes(words)));
    first = 0;
    draw();
  }

  function turn(by) {
    first += by;
    draw();
  }

  options(stage, rows.map(row => row.stage));
  options(type, rows.map(row => row.type));
  for (const control of [stage, type]) control.addEventListener("change", filter);
  text.addEventListener("input", filter);
  byId("before").addEventListener("click", () => turn(-PAGE));
  byId("next").addEventListener("click", () => turn(PAGE));
  draw();
})();
