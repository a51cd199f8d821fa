"use strict";
// The page is complete without this: it narrows, searches, opens the evidence beside the matrix, and walks by arrow keys.
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  root.classList.add("scripted");

  // Everything is read once; what is shown is decided on these values, and only what changes is touched.
  const tables = all(".matrix").map((table) => ({
    table,
    box: table.parentElement,
    columns: all("thead th[data-col]", table).map((th) => ({ key: th.dataset.col, name: th.firstElementChild.title.toLowerCase() })),
    rows: all("tr[data-row]", table),
    bodies: all("tbody", table),
    rule: null,
    selected: "",
  }));
  const cases = new Map(all("details.case:not(.own)").map((element) => [element.id, { element, text: "" }]));
  for (const [, each] of cases) each.text = each.element.firstElementChild.textContent.toLowerCase();
  const rows = [];
  for (const [number, { rows: trs, columns }] of tables.entries()) {
    for (const [index, tr] of trs.entries()) {
      const body = tr.parentElement;
      const row = (rows[index] ??= {
        trs: [], cells: [], shown: true, need: tr.dataset.need, service: body.dataset.service, geo: body.dataset.geo,
        text: `${tr.cells[0].textContent} ${body.rows[0].textContent}`.toLowerCase(),
      });
      row.trs.push(tr);
      for (let at = 0; at < columns.length; at++) {
        const td = tr.cells[at + 1];
        const link = td.firstElementChild;
        const to = link.hash ? link.hash.slice(1) : "";
        const kinds = to ? all("b", link).map((sign) => sign.className) : [];
        if (to) link.tabIndex = -1;
        const against = Boolean(to && link.querySelector("i.other"));
        row.cells.push({ td, link, to, kinds, against, column: columns[at], table: number, dim: false });
      }
    }
  }

  const form = one("filters");
  const value = (id) => one(id).value;
  const BAD = ["no", "pt", "un"];

  function fits(cell, want) {
    if (!cell.to || (want.device && cell.column.key !== want.device)) return false;
    const kinds = want.stage === "" ? cell.kinds : [cell.kinds[want.stage]];
    if (want.problems && !cell.against && !kinds.some((kind) => BAD.includes(kind))) return false;
    if (want.verdict === "ok") return kinds.includes("ok") && !kinds.some((kind) => BAD.includes(kind));
    return !want.verdict || kinds.includes(want.verdict);
  }

  function says(row, cell, words) {
    if (!words.length) return true;
    const text = `${row.text} ${cell.column.name} ${cases.get(cell.to)?.text ?? ""}`;
    return words.every((word) => text.includes(word));
  }

  function narrow() {
    const want = {
      words: value("q").toLowerCase().split(/\s+/).filter(Boolean), stage: value("stage"), verdict: value("verdict"),
      need: value("need"), service: value("service"), geo: value("geo"), device: value("device"), problems: one("problems").checked,
    };
    const open = new Set();
    const dims = Boolean(want.words.length || want.verdict || want.problems);
    let count = 0;
    for (const row of rows) {
      const mine = (!want.need || row.need === want.need) && (!want.service || row.service === want.service)
        && (!want.geo || row.geo === want.geo);
      const matches = row.cells.map((cell) => mine && fits(cell, want) && says(row, cell, want.words));
      const shown = matches.includes(true);
      count += shown;
      if (shown !== row.shown) for (const tr of row.trs) tr.hidden = !shown;
      row.shown = shown;
      if (!shown) continue;
      for (const [index, cell] of row.cells.entries()) {
        if (matches[index]) open.add(cell.to);
        const dim = dims && !matches[index];
        if (dim !== cell.dim) cell.td.classList.toggle("dim", dim);
        cell.dim = dim;
      }
    }
    for (const each of tables) settle(each, want);
    for (const [key, { element }] of cases) if (element.hidden === open.has(key)) element.hidden = !open.has(key);
    for (const section of all(".device[data-col]")) {
      const away = Boolean(want.device) && section.dataset.col !== want.device;
      if (section.hidden !== away) section.hidden = away;
    }
    const everything = count === rows.length && !dims && !want.device;
    root.classList.toggle("narrowed", !everything);
    one("shown").textContent = `${count} of ${rows.length} endpoints shown`;
    rove(want.device);
  }

  function settle(each, want) {
    const { table, box, bodies, columns } = each;
    for (const body of bodies) {
      const empty = [...body.rows].slice(1).every((tr) => tr.hidden);
      if (body.hidden !== empty) body.hidden = empty;
    }
    if (table.dataset.stage !== want.stage) table.dataset.stage = want.stage;
    const at = columns.findIndex((column) => column.key === want.device);
    const away = Boolean(want.device) && at < 0;
    if (box.hidden !== away) box.hidden = away;
    const sheet = document.styleSheets[0];
    if (each.selected === want.device) return;
    each.selected = want.device;
    if (each.rule) each.rule.selectorText = "x-none";
    else each.rule = sheet.cssRules[sheet.insertRule("x-none { display: none }", sheet.cssRules.length)];
    if (at >= 0) each.rule.selectorText = `#${table.id} tr:not(.group) > :nth-child(n + 2):not(:nth-child(${at + 2}))`;
  }

  // One stop for the tabulator in each table; the arrow keys walk from cell to cell.
  const stops = tables.map(() => null);
  const seen = (row, cell, device) => row.shown && cell.to && (!device || cell.column.key === device);
  function stop(index, link) {
    if (stops[index] === link) return;
    if (stops[index]) stops[index].tabIndex = -1;
    if (link) link.tabIndex = 0;
    stops[index] = link;
  }
  function rove(device) {
    const first = tables.map(() => null);
    const kept = new Set();
    for (const row of rows) {
      for (const cell of row.shown ? row.cells : []) {
        if (!seen(row, cell, device)) continue;
        first[cell.table] ??= cell.link;
        if (cell.link === stops[cell.table]) kept.add(cell.table);
      }
    }
    for (const index of tables.keys()) if (!kept.has(index)) stop(index, first[index]);
  }
  function walk(event) {
    const link = event.target.closest(".matrix td > a");
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (!link || !(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
    const [down, right] = steps[event.key];
    const index = tables.findIndex(({ table }) => table.contains(link));
    const trs = tables[index].rows.filter((tr) => !tr.hidden);
    let y = trs.indexOf(link.closest("tr"));
    let x = link.parentElement.cellIndex;
    let next = null;
    do {
      y += down;
      x += right;
      next = trs[y]?.cells[x] && x > 0 ? trs[y].cells[x].querySelector("a") : undefined;
    } while (next === null || (next && !next.offsetParent));
    if (!next) return;
    event.preventDefault();
    stop(index, next);
    next.focus();
  }

  const dialog = one("cell");
  let opener = null;
  function show(link) {
    const found = cases.get(link.hash.slice(1));
    const row = link.closest("tr");
    const column = link.closest("table").tHead.rows[0].cells[link.parentElement.cellIndex];
    const name = row.cells[0].querySelector("code").textContent;
    const where = document.createElement("small");
    where.textContent = column.firstElementChild.title;
    one("cell-title").replaceChildren(name, where);
    const body = found.element.querySelector(".body").cloneNode(true);
    for (const item of all(".endpoints code", body)) if (item.textContent === name) item.parentElement.className = "here";
    // Of what is found, what is about other endpoints of the case alone is no matter of this cell.
    for (const article of all(".finding", body)) {
      const about = all(".of code", article);
      if (about.length && !about.some((item) => item.textContent === name)) article.remove();
    }
    for (const item of all(".tests > li", body)) if (item.dataset.of !== name) item.remove();
    for (const tests of all(".live", body)) if (!tests.querySelector("li")) tests.remove();
    one("cell-body").replaceChildren(body);
    // Where it covers the page it is modal; where not, the matrix beside it can be walked on.
    if (dialog.open) dialog.close();
    opener = link;
    if (matchMedia("(max-width: 900px)").matches) dialog.showModal();
    else dialog.show();
    dialog.scrollTop = 0;
  }

  const reveal = () => {
    const target = location.hash && one(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (event.ctrlKey || event.metaKey || event.shiftKey || !link) return;
    if (link.closest(".matrix")) {
      event.preventDefault();
      show(link);
    } else if (link.hash === location.hash) reveal();
  });
  document.addEventListener("focusin", (event) => {
    const link = event.target.closest?.(".matrix td > a");
    if (!link || link.hasAttribute("aria-label")) return;
    const column = link.closest("table").tHead.rows[0].cells[link.parentElement.cellIndex];
    const found = cases.get(link.hash.slice(1));
    const tested = all("i[title]", link).map((mark) => `, live test: ${mark.title}`).join("");
    link.setAttribute("aria-label", `${link.closest("tr").cells[0].textContent}, ${column.firstElementChild.title}: ${found.text}${tested}`);
  });
  document.addEventListener("keydown", walk);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && dialog.open) dialog.close(); });
  dialog.addEventListener("close", () => opener?.focus());
  one("close").addEventListener("click", () => dialog.close());
  window.addEventListener("hashchange", reveal);
  let folded = [];
  window.addEventListener("beforeprint", () => {
    // Of many cases those that work stay as they are; their lines say so.
    folded = all(root.querySelector("main.many") ? ".case:not([open]):not(.fine)" : ".case:not([open])");
    for (const each of folded) each.open = true;
  });
  window.addEventListener("afterprint", () => { for (const each of folded) each.open = false; });
  if (form) {
    form.addEventListener("input", narrow);
    form.addEventListener("reset", () => setTimeout(narrow));
    form.addEventListener("submit", (event) => event.preventDefault());
    narrow();
  }
  reveal();
})();
