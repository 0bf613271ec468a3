"""The guides, read from their Markdown once a process: they are shipped with the program and change with it.

A heading's address is its words without marks, joined by hyphens, so that `#đăng-nhập` in a text and `#dang-nhap` mean the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from flask import url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

from workflow.spelling import folded, words

FOLDER = "guides"
"""Within the static files, a link to `docs/vi`, so that pictures are served beside the texts."""
TEXTS = Path(__file__).parents[1] / "static" / FOLDER
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part with a heading of its own."""

    anchor: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """One guide. `name`: its address; `tokens`: the text below its title, parsed."""

    name: str
    title: str
    sections: Sequence[Section]
    tokens: Sequence[Token]

    def html(self) -> str:
        """The text as HTML. Nothing of it is passed through: what looks like a tag is shown as it was typed."""
        rendered: str = _MARKDOWN.renderer.render([_placed(one) for one in self.tokens], _MARKDOWN.options, {})
        return rendered

    def found(self, wanted: Sequence[str]) -> bool:
        """Whether its title and headings have a word that begins so, for each of the folded words."""
        mine = words(self.title, *(one.title for one in self.sections))
        return all(any(word.startswith(part) for word in mine) for part in wanted)


@cache
def guides() -> Mapping[str, Guide]:
    """Name → guide."""
    return {path.stem: _guide(path) for path in sorted(TEXTS.glob("*.md"))}


def anchor_of(heading: str) -> str:
    """Where a heading is found within its page."""
    return folded(heading).replace(" ", "-")


def _guide(path: Path) -> Guide:
    tokens = _MARKDOWN.parse(path.read_text(encoding="utf-8"))
    title = _text_of(tokens[1])
    sections = []
    for before, inner in pairwise(tokens):
        if before.type == "heading_open" and before.tag != "h1":
            one = Section(anchor=anchor_of(_text_of(inner)), title=_text_of(inner))
            before.attrSet("id", one.anchor)
            if before.tag == "h2":
                sections.append(one)
    return Guide(name=path.stem, title=title, sections=sections, tokens=tokens[3:])


def _text_of(inline: Token) -> str:
    return "".join(part.content for part in inline.children or ())


def _placed(token: Token) -> Token:
    """The token as a page shows it: links lead to pages, pictures to files; a column's alignment needs no inline style."""
    if token.type == "inline":
        return token.copy(children=[_placed(one) for one in token.children or ()])
    attributes = {name: value for name, value in token.attrs.items() if name != "style"}
    if "href" in attributes:
        attributes["href"] = _address(str(attributes["href"]))
    if "src" in attributes:
        name = str(attributes["src"])
        with Image.open(TEXTS / name) as picture:
            attributes.update(width=picture.width, height=picture.height, loading="lazy")
        attributes["src"] = url_for("static", filename=f"{FOLDER}/{name}")
    return token.copy(attrs=attributes)


def _address(link: str) -> str:
    """`tim-kiem.md#gõ-gì` → the guide's page. Guides link to one another only: nothing else is shipped with them."""
    place, _, anchor = unquote(link).partition("#")
    here = url_for("guides.guide", name=Path(place).stem) if place else ""
    return f"{here}#{anchor_of(anchor)}" if anchor else here
