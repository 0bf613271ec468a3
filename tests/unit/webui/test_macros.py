"""Files of macros that are imported once for all pages: they know nothing of any one page."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from jinja2 import meta, nodes

from webui.app import create_app

TEMPLATES = Path(__file__).parents[3] / "webui" / "templates"
_IMPORT = re.compile(r'\{%-?\s*from "([^"]+)" import [^%]*?\s*-?%\}')


def imported() -> list[str]:
    """The files from which some template imports macros without handing over its own page."""
    found = {
        match[1]
        for path in TEMPLATES.rglob("*.html")
        for match in _IMPORT.finditer(path.read_text("utf-8"))
        if "with context" not in match[0]
    }
    return sorted(found)


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(SimpleNamespace(), testing=True)  # type: ignore[arg-type] # no page is asked for


@pytest.mark.parametrize("name", imported())
def test_a_macro_names_only_what_it_is_given(app: Flask, name: str) -> None:
    # given: a file of macros that is run once a process
    template = app.jinja_env.parse((TEMPLATES / name).read_text("utf-8"))

    # when: what it does not declare is looked for
    named = meta.find_undeclared_variables(template)
    set_somewhere = {one.name for one in template.find_all(nodes.Name) if one.ctx != "load"}

    # then: all of that is there for every page
    assert named - set_somewhere - set(app.jinja_env.globals) == set()


@pytest.mark.parametrize("name", imported())
def test_nothing_is_said_when_the_file_is_run(app: Flask, name: str) -> None:
    # given: the file is run once, in the language of whoever comes first
    template = app.jinja_env.parse((TEMPLATES / name).read_text("utf-8"))

    # then: outside its macros it calls nothing, so that nothing stays in that language
    outside = [one for one in template.body if not isinstance(one, nodes.Macro | nodes.FromImport | nodes.Import)]
    assert not [call for one in outside for call in one.find_all(nodes.Call | nodes.Filter)]
