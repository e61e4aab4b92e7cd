/** How the report looks: one style sheet, for wide and narrow, light and dark, screen and paper. */
export const styles = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #171b21);
  --desk: light-dark(#f3f5f8, #0f1216);
  --ink: light-dark(#18202a, #e6eaf0);
  --faint: light-dark(#566070, #a0abba);
  --line: light-dark(#dde2e9, #2c333d);
  --accent: light-dark(#17568c, #86bdf2);
  --accent-soft: light-dark(#e6f0f9, #1a2c3f);
  --mark: light-dark(#fff0c2, #4a3a0a);
  --kept: light-dark(#fde4dc, #4d2417);
  --bad: light-dark(#a5300f, #ffab91);
  --good: light-dark(#1d7a46, #7fd6a3);
  --open: light-dark(#17568c, #86bdf2);
  --new: light-dark(#c8561b, #f0955f);
  --released: light-dark(#1d7a66, #5cc9ae);
  --withdrawn: light-dark(#8fbfb3, #2f6f61);
  --upn: light-dark(#17568c, #5f9fd8);
  --proxy: light-dark(#7fb0d8, #2f5b85);
  --code: ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, monospace;
  font: 16px/1.5 system-ui, 'Segoe UI', 'Open Sans', sans-serif;
  color: var(--ink);
  background: var(--desk);
}
* { box-sizing: border-box; }
body { margin: 0; }
h1, h2, h3, p, dl, dd, figure, ul, ol { margin: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
h2 { font-size: 1.2rem; line-height: 1.3; }
h3 { font-size: 1rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
small { font-size: 0.85rem; color: var(--faint); }
code { font: 0.85em/1.4 var(--code); overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
time { white-space: nowrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.faint { color: var(--faint); }
.lead { max-width: 56rem; color: var(--faint); }
.lead strong { color: var(--ink); }
.skip { position: absolute; left: 0.5rem; top: -4rem; padding: 0.5rem 1rem; background: var(--paper); z-index: 1; }
.skip:focus { top: 0.5rem; }
.width { width: min(72rem, 100%); margin-inline: auto; padding-inline: clamp(1rem, 3vw, 2rem); }

.top { background: var(--paper); border-bottom: 1px solid var(--line); }
.top .width { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline; padding-block: 0.8rem; }
.brand { font-weight: 650; color: var(--ink); text-decoration: none; margin-inline-end: auto; }
.brand:hover { color: var(--accent); }
.tenant { color: var(--faint); overflow-wrap: anywhere; }
.tenant strong { color: var(--ink); }
main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2.25rem; padding-block: 1.75rem 2.5rem; }
footer { padding-block: 1.25rem 2rem; color: var(--faint); font-size: 0.85rem; }
footer p { max-width: 46rem; }
.heading { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: baseline; justify-content: space-between; margin-bottom: 0.9rem; }
.card, .figure { background: var(--paper); border: 1px solid var(--line); border-radius: 0.75rem; }
.card { padding: 1.1rem 1.25rem; }
.button, button {
  display: inline-block; padding: 0.45rem 0.9rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--paper);
  color: var(--accent); font: inherit; font-weight: 550; text-decoration: none; cursor: pointer; white-space: nowrap;
}
.button:hover { border-color: var(--accent); }
button { background: var(--accent); border-color: var(--accent); color: var(--paper); }
button:hover { filter: brightness(1.1); }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13.5rem), 1fr)); gap: 0.9rem; padding: 0; list-style: none; }
.figure { display: flex; flex-direction: column; justify-content: space-between; gap: 0.35rem; padding: 1rem 1.25rem; }
.figure p { line-height: 1.3; }
.figure strong { display: block; font-size: 1.9rem; line-height: 1.15; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.figure.bad strong { color: var(--bad); }
.figure dl { display: grid; gap: 0.5rem; margin-block: auto; }
.figure dl div { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; }
.figure dd { font-size: 1.3rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: minmax(0, 8fr) minmax(0, 5fr); gap: 0.9rem; margin-top: 0.9rem; align-items: stretch; }
.charts.single { grid-template-columns: minmax(0, 1fr); }
figure.card { display: flex; flex-direction: column; }
figure details { margin-top: auto; padding-top: 0.75rem; }
figcaption { font-weight: 600; margin-bottom: 0.75rem; }
svg { display: block; width: 100%; max-width: 46rem; height: auto; }
.by-type svg { max-width: 26rem; }
svg text { fill: var(--faint); font-size: 11px; font-variant-numeric: tabular-nums; }
svg text.label { font-size: 12px; fill: var(--ink); }
.grid { stroke: var(--line); stroke-dasharray: 2 3; }
.axis { stroke: var(--line); }
.area { fill: var(--open); opacity: 0.12; }
.line { fill: none; stroke: var(--open); stroke-width: 2; stroke-linejoin: round; }
.dot { fill: var(--open); stroke: var(--paper); stroke-width: 1.5; }
.bar-new { fill: var(--new); }
.bar-released { fill: var(--released); }
.bar-withdrawn { fill: var(--withdrawn); }
.bar-UserPrincipalName { fill: var(--upn); }
.bar-ProxyAddresses { fill: var(--proxy); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; margin-top: 0.75rem; padding: 0; list-style: none; font-size: 0.85rem; color: var(--faint); }
.legend li::before { content: ''; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.4em; border-radius: 2px; background: var(--swatch); }
.of-open { --swatch: var(--open); } .of-new { --swatch: var(--new); } .of-released { --swatch: var(--released); }
.of-withdrawn { --swatch: var(--withdrawn); } .of-UserPrincipalName { --swatch: var(--upn); } .of-ProxyAddresses { --swatch: var(--proxy); }
summary { cursor: pointer; font-size: 0.85rem; color: var(--accent); width: fit-content; }
table { border-collapse: collapse; width: 100%; }
.numbers { margin-top: 0.5rem; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.numbers th, .numbers td { padding: 0.25rem 0.5rem; text-align: right; border-top: 1px solid var(--line); }
.numbers th { font-weight: 500; }
.numbers th:first-child { text-align: left; }
.numbers thead th { border-top: 0; color: var(--faint); font-weight: 500; vertical-align: bottom; }

.filters { display: flex; flex-wrap: wrap; gap: 0.6rem 0.75rem; align-items: end; margin-bottom: 0.9rem; }
.field { display: grid; gap: 0.15rem; }
.field label { font-size: 0.85rem; color: var(--faint); }
.filters .wide { flex: 1 1 15rem; }
input, select { width: 100%; min-height: 2.5rem; padding: 0.35rem 0.6rem; border: 1px solid light-dark(#8a94a3, #5c6675); border-radius: 0.5rem; background: var(--paper); color: var(--ink); font: inherit; }
input::placeholder { color: var(--faint); opacity: 1; }
.filters .button, .filters button { min-height: 2.5rem; }
.list { background: var(--paper); border: 1px solid var(--line); border-radius: 0.75rem; border-spacing: 0; border-collapse: separate; table-layout: fixed; }
.list th { padding: 0.6rem 0.9rem; text-align: left; font-size: 0.85rem; font-weight: 600; color: var(--faint); }
.list th a { color: inherit; }
.list th[aria-sort] a { color: var(--accent); }
.sort { margin-left: 0.3em; font-size: 0.75em; }
.list td { padding: 0.65rem 0.9rem; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.list tbody tr:hover { background: var(--accent-soft); }
.list small, .side small { display: block; }
.list th:nth-child(1) { width: 30%; }
.list th:nth-child(3) { width: 24%; }
.list th:nth-child(4) { width: 12.5rem; }
.name { font-weight: 600; text-decoration: none; }
.name:hover { text-decoration: underline; }
.value { font-family: var(--code); font-size: 0.9em; overflow-wrap: anywhere; }
.pager { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; margin-top: 0.9rem; }
.pager p { margin-inline-end: auto; color: var(--faint); font-variant-numeric: tabular-nums; }
.nothing { text-align: center; padding: 2.5rem 1.25rem; color: var(--faint); }
.nothing strong { color: var(--ink); font-size: 1.1rem; }
.failures { display: grid; gap: 0.75rem; margin-top: 0.9rem; padding: 0; list-style: none; }
.failures .card { display: grid; gap: 0.35rem; border-left: 4px solid var(--bad); }
.failures .title { font-weight: 650; }
.failures p { max-width: 62rem; }
.failures strong { font-weight: 550; }
.request { overflow-x: auto; padding: 0.6rem 0.8rem; border: 1px solid var(--line); border-radius: 6px; font-size: 0.8rem; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.message { padding-left: 0.8rem; border-left: 2px solid var(--line); color: var(--faint); font-size: 0.9rem; overflow-wrap: anywhere; }
.failures .faint { font-size: 0.9rem; }

.back { margin-bottom: -1.5rem; }
.back a { text-decoration: none; }
.back a::before { content: '‹ '; }
.eyebrow { font-size: 0.85rem; font-weight: 600; color: var(--faint); }
.eyebrow span { font-weight: 400; }
h1.value { font-size: clamp(1.15rem, 3.5vw, 1.6rem); margin-block: 0.15rem 0.5rem; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.9rem; }
.side { display: grid; grid-template-columns: minmax(0, 1fr); grid-row: span 9; grid-template-rows: subgrid; row-gap: 0; border-top: 4px solid var(--accent); }
.side.waiting { border-top-color: var(--new); }
.side.vacant { border-top-color: var(--line); align-content: start; grid-template-rows: none; row-gap: 0.3rem; }
.side-head { padding-bottom: 0.75rem; }
.side dl { display: grid; grid-row: span 8; grid-template-rows: subgrid; }
.side dl div { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: 0.75rem; padding-block: 0.45rem; border-top: 1px solid var(--line); }
.side dt { color: var(--faint); font-size: 0.9rem; }
.side dd { overflow-wrap: anywhere; }
.addresses { padding: 0; list-style: none; }
.addresses small { display: inline; }
mark { padding: 0.05em 0.3em; border-radius: 0.25em; background: var(--mark); color: var(--ink); font-weight: 600; }
mark.kept { background: var(--kept); text-decoration: line-through; text-decoration-thickness: 1px; }
s { color: var(--faint); }
.advice { display: grid; grid-template-columns: minmax(0, 8fr) minmax(0, 5fr); gap: 1.25rem 2.5rem; border-left: 4px solid var(--accent); }
.advice > div { display: grid; align-content: start; gap: 0.6rem; }
.advice ol { display: grid; gap: 0.45rem; padding-left: 1.4rem; }
.advice li::marker { font-weight: 650; color: var(--accent); }
.advice h3 { line-height: 1.56rem; }
.queue, .others, .history { display: grid; gap: 0.4rem; margin-top: 0.75rem; padding-left: 1.6rem; }
.others { padding-left: 0; list-style: none; }
.queue li { padding-left: 0.25rem; }
.queue .for { display: block; color: var(--faint); font-size: 0.9rem; }
.history { padding-left: 0; list-style: none; }
.history li { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 0 1rem; padding-left: 1.1rem; border-left: 3px solid var(--new); }
.history li.released { border-color: var(--released); }
.history li.withdrawn { border-color: var(--withdrawn); }
.history time { color: var(--faint); font-variant-numeric: tabular-nums; }

.well { display: grid; justify-items: center; gap: 0.6rem; padding-block: 3rem 1rem; text-align: center; }
.well svg { width: 64px; height: 64px; fill: none; stroke: var(--good); stroke-width: 4; stroke-linecap: round; stroke-linejoin: round; }
.well dl { display: flex; flex-wrap: wrap; justify-content: center; gap: 1rem 2.5rem; margin-top: 1.25rem; }
.well dt { color: var(--faint); font-size: 0.85rem; }
.notice { display: grid; place-items: center; min-height: 80vh; padding: 1rem; }
.notice .card { display: grid; gap: 0.75rem; max-width: 34rem; padding: 2rem; }

@media (width < 56rem) {
  .charts, .advice { grid-template-columns: minmax(0, 1fr); }
}
@media (width < 44rem) {
  .sides { grid-template-columns: minmax(0, 1fr); }
  .side, .side dl { grid-template-rows: none; grid-row: auto; }
  .side dl div { grid-template-columns: 7.5rem minmax(0, 1fr); }
  .history li { grid-template-columns: minmax(0, 1fr); }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .figure { padding: 0.85rem 1rem; }
  .figure strong { font-size: 1.5rem; }
  .field, .filters button, .filters .button { flex: 1 1 9rem; text-align: center; }
  .field label { text-align: start; }
  svg text { font-size: 15px; }
  .list, .list tbody, .list tr, .list td { display: block; }
  .list thead { display: flex; gap: 1rem; }
  .list thead tr { display: flex; }
  .list th:nth-child(2), .list th:nth-child(3) { display: none; }
  .list th:nth-child(n) { width: auto; }
  .list thead tr { gap: 0.5rem; padding-inline: 0.3rem; }
  .list tbody tr { display: grid; gap: 0.35rem; padding: 0.7rem 0.9rem; border-top: 1px solid var(--line); }
  .list td { padding: 0; border: 0; }
  .list td:nth-child(n + 3) { display: flex; flex-wrap: wrap; gap: 0 0.4rem; font-size: 0.9rem; }
  .list td:nth-child(n + 3)::before { content: attr(data-label); color: var(--faint); }
  .pager .button { flex: 1; text-align: center; }
}
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
}
@media print {
  :root { color-scheme: light; background: none; font-size: 11px; }
  .skip, .filters, .pager .button, .button, .back, details { display: none; }
  .card, .figure, .list, tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
  .charts { grid-template-columns: minmax(0, 8fr) minmax(0, 5fr); }
  .charts svg text { font-size: 11px; }
  main { gap: 1.25rem; padding-block: 1rem; }
  mark, rect, .area, .legend li::before { print-color-adjust: exact; }
}
`;
