"""How the report looks: by day and by night, on paper, and without colours."""

from __future__ import annotations

from typing import Final

STYLE: Final = """\
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #3d444d); --soft: light-dark(#f6f8fa, #161b22);
  --quiet: light-dark(#57606a, #9198a1); --red: light-dark(#b42318, #ff8a80);
  --amber: light-dark(#8a5a00, #e3b341);
  --green: light-dark(#176f2c, #56d364); --blue: light-dark(#0b5cad, #79b8ff);
  --del: light-dark(#ffe3e0, #4b1c1c); --ins: light-dark(#d7f5dd, #12401f); }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#fff, #0d1117);
  color: light-dark(#1f2328, #e6edf3); }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
article + article { margin-top: 4rem; border-top: 3px double var(--line); }
h1 { font-size: 1.6rem; margin: 1rem 0 .25rem; }
h1 small { font-size: 1rem; font-weight: 400; color: var(--quiet); }
h2 { font-size: 1rem; margin: 0; } h2 code { font-weight: 400; color: var(--quiet); }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
p { margin: .4rem 0; }
.badge { display: inline-block; padding: 0 .5em; border: 1px solid; border-radius: 1em; font-size: .8125rem;
  font-weight: 600; white-space: nowrap; color: var(--blue); }
.badge.breaking, .badge.archive, .badge.skipped { color: var(--red); }
.badge.care, .badge.update, .badge.changed { color: var(--amber); }
.badge.safe, .badge.create, .badge.restore, .badge.carried { color: var(--green); }
.needs { padding: .6rem .8rem; border: 1px solid var(--red); border-radius: 6px; background: var(--soft); }
table { border-collapse: collapse; margin: 1rem 0 1.5rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem; border-bottom: 1px solid var(--line); text-align: right; font-weight: 400; }
thead th { color: var(--quiet); } tbody th { text-align: left; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
.list { width: 100%; font-size: .9rem; } .list th, .list td { text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
section { margin: .75rem 0; padding: .7rem 1rem; border: 1px solid var(--line); border-left-width: 5px;
  border-radius: 6px; break-inside: avoid; }
section.breaking { border-left-color: var(--red); } section.care { border-left-color: var(--amber); }
section.safe { border-left-color: var(--green); }
.people { color: var(--quiet); font-size: .9rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0 0; }
dt { color: var(--quiet); } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; min-width: 0; }
del { background: var(--del); } ins { background: var(--ins); text-decoration: none; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } table { display: block; overflow-x: auto; } }
"""
