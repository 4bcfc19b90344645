"""Executed notebooks as web pages that need nothing from outside."""

from __future__ import annotations

import html
import re
from pathlib import Path

from mer.core.files import write_text
from mer.study.pictures import lighter

_OPEN, _CLOSE = "<!--study-nav-->", "<!--/study-nav-->"
_NAV = re.compile(re.escape(_OPEN) + ".*?" + re.escape(_CLOSE), re.S)
_ICON = re.compile(r"\s*--jp-icon-[\w-]+:\s*url\([^)]*\);?")  # of JupyterLab's buttons

# The lab template without its scripts (require.js, MathJax, Mermaid and the widget manager all
# come from content networks), with its dark colours for who prefers them, a line of navigation
# and room for a phone.
_TEMPLATE = """{% extends "lab/index.html.j2" %}
{% block html_head_js %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}
{% block html_head_css %}
{{ resources.include_css("static/theme-dark.css")
   | replace("<style", '<style media="(prefers-color-scheme: dark)"') }}
<style>
:root { color-scheme: light dark; --nav: #f2f4f3; --nav-line: #d5dbd8; --nav-link: #1c6b5a; }
@media (prefers-color-scheme: dark) {
  :root { --nav: #1a2120; --nav-line: #2c3735; --nav-link: #6fcab5; } }
.study-nav { display: flex; gap: 1.5em; flex-wrap: wrap; padding: .6em 1em; font: 14px/1.4
  system-ui, sans-serif; background: var(--nav); border-bottom: 1px solid var(--nav-line); }
.study-nav a { color: var(--nav-link); text-decoration: none; }
.study-nav a:hover { text-decoration: underline; }
.study-nav .next { margin-left: auto; }
main { max-width: 68rem; margin: 0 auto; padding: 0 .5rem; }
.jp-OutputArea-output, .jp-InputArea-editor .highlight pre { overflow-x: auto; }
.jp-OutputArea-output img { max-width: 100%; height: auto; }
@media (max-width: 40rem) { .jp-InputPrompt, .jp-OutputPrompt { display: none; } }
</style>{% endblock %}
{% block body_header %}
<body class="jp-Notebook" data-jp-theme-light="true" data-jp-theme-name="JupyterLab Light">
OPENCLOSE
<main>
{% endblock %}
""".replace("OPENCLOSE", _OPEN + _CLOSE)


def title_and_question(notebook) -> tuple[str, str]:
    """The heading of a notebook and the line after **Question** in its first cell, as text."""
    first = notebook.cells[0].source if notebook.cells else ""
    heading = re.search(r"^#\s+(.+)$", first, re.M)
    question = re.search(r"\*\*Question[.:]?\*\*[.:]?\s*(.+?)(?=\n\s*\n|\n[-*#|]|\Z)", first, re.S)
    heading, question = (_plain(found.group(1)) if found else "" for found in (heading, question))
    return heading, question[:1].upper() + question[1:]


def _plain(markdown: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"<[^>]+>", "", text)
    return " ".join(re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", text).split())


def write_page(notebook, path: Path) -> None:
    """Write an executed notebook as the HTML page `path`; `link_pages` fills its first line."""
    from jinja2 import DictLoader
    from nbconvert.exporters import HTMLExporter

    exporter = HTMLExporter(
        extra_loaders=[DictLoader({"study.html.j2": _TEMPLATE})],
        template_name="lab",
        template_file="study.html.j2",
        mathjax_url="",
        require_js_url="",
        mermaid_js_url="",
        jquery_url="",
        jupyter_widgets_base_url="",
    )
    title = title_and_question(notebook)[0] or path.stem
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    # A link from one notebook to another leads from page to page.
    page = re.sub(r'(<a href="[\w-]+)\.ipynb(["#])', r"\1.html\2", page)
    write_text(path, lighter(_ICON.sub("", page)))


def link_pages(folder: Path, names: list[str]) -> None:
    """Link each page in `folder` to the index and to the one before and after it."""
    for i, name in enumerate(names):
        links = ['<a href="../index.html">Overview of this run</a>']
        if i > 0:
            links.append(_link(names[i - 1], "←", ""))
        if i + 1 < len(names):
            links.append(_link(names[i + 1], "", "→", ' class="next"'))
        nav = f'{_OPEN}<nav class="study-nav">{"".join(links)}</nav>{_CLOSE}'
        path = folder / f"{name}.html"
        page = path.read_text(encoding="utf-8")
        linked = _NAV.sub(lambda _: nav, page, count=1)
        if linked != page:
            write_text(path, linked)


def _link(name: str, before: str, after: str, extra: str = "") -> str:
    words = html.escape(f"{before} {name.replace('_', ' ')} {after}".strip())
    return f'<a{extra} href="{name}.html">{words}</a>'
