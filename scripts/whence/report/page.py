"""The report as one HTML page that needs nothing else: no script, no request, readable on a phone."""

from __future__ import annotations

import html
from collections.abc import Mapping

from whence.findings import Finding, Report
from whence.namespaces import shorten
from whence.report.order import Group, groups, unknown_targets, unmet
from whence.report.words import clipped, component_name, count, problem, quoted, rule_name, subject_words, summary, term_words

_STYLE = """\
:root { color-scheme: light dark; --text: #1d1d1f; --back: #fff; --soft: #f3f3f5; --line: #d4d4da; --dim: #5c5c66;
  --Violation: #b00020; --Warning: #8a5a00; --Info: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --text: #ececf0; --back: #161619; --soft: #222227; --line: #3a3a42;
  --dim: #a5a5b0; --Violation: #ff8a8f; --Warning: #f0b95a; --Info: #84bbff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
.Violation, .Warning, .Info { font-weight: 700; }
.Violation { color: var(--Violation); } .Warning { color: var(--Warning); } .Info { color: var(--Info); }
.dim { color: var(--dim); }
ol { padding-left: 1.25rem; margin: .5rem 0; } li { margin: .5rem 0; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .25rem; margin: .25rem 0; overflow-x: auto;
  padding: .5rem; overflow-wrap: normal; }
pre, code { font: .875rem/1.4 ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .5rem .25rem 0; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; }
"""


def render(report: Report, sources: Mapping[str, str], limit: int | None) -> str:
    """A page with at most `limit` examples of each rule, and the focus nodes each shape met."""
    body = [f"<h1>Validation report</h1>\n<p>{_text(summary(report))}</p>"]
    body += [_group(group, sources, limit) for group in groups(report)]
    body += _sections(report)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>Validation report</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return html.escape(clipped(text))


def _group(group: Group, sources: Mapping[str, str], limit: int | None) -> str:
    severity = group.severity.value
    name, component, wrong = rule_name(group), component_name(group.component), problem(group)
    known = [wrong and name, component, count(len(group.findings), "finding") if len(group.findings) > 1 else None]
    notes = " · ".join(_text(note) for note in known if note)
    shown = group.findings if limit is None else group.findings[:limit]
    lines = [
        "<section>",
        f'<h2><span class="{severity}">{severity}</span> {_text(wrong or name)}</h2>',
        f'<p class="dim">{notes}</p>' if notes else "",
        f"<p>{_text(group.message)}</p>" if group.message else "",
        "<ol>",
        *(_example(finding, group, sources) for finding in shown),
        "</ol>",
        f'<p class="dim">and {len(group.findings) - len(shown):,} more</p>' if len(shown) < len(group.findings) else "",
        f"<p><strong>Fix:</strong> {_text(group.fix)}</p>" if group.fix else "",
        "</section>",
    ]
    return "\n".join(line for line in lines if line)


def _example(finding: Finding, group: Group, sources: Mapping[str, str]) -> str:
    about = subject_words(finding)
    parts = [f"<code>{_text(about)}</code>"] if about else []
    if finding.place:
        parts.append(f'<div class="dim">{_text(str(finding.place))}</div>')
    if not group.message:
        parts.append(f"<div>{_text(finding.message)}</div>")
    quote = quoted(finding.place, sources) if finding.place else None
    if quote:
        parts.append(f'<pre tabindex="0">{html.escape(quote[0])}\n{quote[1]}</pre>')
    if finding.fix and not group.fix:
        parts.append(f"<div><strong>Fix:</strong> {_text(finding.fix)}</div>")
    return f"<li>{' '.join(parts)}</li>"


def _sections(report: Report) -> list[str]:
    none = [f"<li><code>{_text(shorten(shape))}</code></li>" for shape in unmet(report)]
    unknown = [
        f"<li><code>{_text(term_words(shape))}</code> targets <code>{_text(term_words(target))}</code></li>"
        for shape, target in unknown_targets(report)
    ]
    rows = [
        f'<tr><td><code>{_text(shorten(shape))}</code></td><td class="number">{number:,}</td></tr>'
        for shape, number in report.focus_counts.items()
    ]
    table = [
        '<table>\n<thead><tr><th>Shape</th><th class="number">Focus nodes</th></tr></thead>\n<tbody>',
        *rows,
        "</tbody>\n</table>",
    ]
    sections = (
        ("Shapes that met no focus node", ["<ul>", *none, "</ul>"], none),
        ("Shapes whose target class is unknown", ["<ul>", *unknown, "</ul>"], unknown),
        ("Focus nodes met", table, rows),
    )
    return ["\n".join([f"<section>\n<h2>{title}</h2>", *lines, "</section>"]) for title, lines, entries in sections if entries]
