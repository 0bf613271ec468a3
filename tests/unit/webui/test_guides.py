"""Every page leads to a guide that exists; a guide is safe HTML with anchors, pictures that are there, and links that lead somewhere."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from lxml import html

from webui.app import create_app
from webui.guides.area import AUDIENCES
from webui.guides.places import place_of, table
from webui.guides.texts import TEXTS, guides

BYTES_OF_A_PICTURE = 60_000
GUIDES = sorted(path.stem for path in TEXTS.glob("*.md"))


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(SimpleNamespace(), testing=True)


def exists(place: str) -> bool:
    name, _, section = place.partition("#")
    guide = guides().get(name)
    return guide is not None and (not section or section in {one.anchor for one in guide.sections})


def test_every_page_has_a_guide_and_a_section_that_exist(app: Flask) -> None:
    pages = {
        str(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static" and not str(rule.endpoint).startswith("guides.")
    }

    assert {page for page in pages if not exists(place_of(page))} == set()


def test_the_table_names_nothing_that_is_gone(app: Flask) -> None:
    known = {*app.view_functions, *app.blueprints}

    assert {named for named, place in table() if named not in known or not exists(place)} == set()


def test_it_is_known_whom_each_guide_is_for() -> None:
    assert set(GUIDES) - {name for _, names in AUDIENCES for name in names} == set()


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_a_page_whose_links_lead_somewhere(app: Flask, name: str) -> None:
    client = app.test_client()
    answer = client.get(f"/tro-giup/{name}")
    page = html.fromstring(answer.get_data(as_text=True))
    (article,) = page.xpath("//article[@lang='vi']")

    assert answer.status_code == 200
    assert [one.text_content() for one in page.xpath("//h1")] == [guides()[name].title]
    assert not article.xpath(".//@style | .//script | .//h1"), "the policy refuses inline styles and scripts"
    for link in article.xpath(".//a/@href"):
        place, _, section = link.partition("#")
        target = place.removeprefix("/tro-giup/") or name
        assert exists(f"{target}#{section}" if section else target), link
    for picture in article.xpath(".//img"):
        shown = client.get(picture.get("src"))
        assert shown.status_code == 200
        assert len(shown.get_data()) <= BYTES_OF_A_PICTURE, picture.get("src")
        assert picture.get("alt")


def test_what_looks_like_a_tag_is_shown_as_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, app: Flask) -> None:
    (tmp_path / "la.md").write_text(
        "# Lạ\n\n## Phần <b>một</b>\n\n<script>alert(1)</script> [x](javascript:alert(1))\n\n| a |\n|:-:|\n| 1 |\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("webui.guides.texts.TEXTS", tmp_path)
    guides.cache_clear()
    try:
        with app.test_request_context():
            shown = guides()["la"].html()
    finally:
        guides.cache_clear()

    assert "&lt;script&gt;" in shown
    assert not re.search(r"<script|<b>|javascript:[^<]*\">|style=", shown)


def test_a_guide_is_found_by_the_beginnings_of_words_of_its_title_and_headings(app: Flask) -> None:
    found = app.test_client().get("/tro-giup/?text=bieu+quy").get_data(as_text=True)

    assert "/tro-giup/phien-hop" in found
    assert "/tro-giup/tim-kiem" not in found
    assert "Không bài nào" in app.test_client().get("/tro-giup/?text=xyz").get_data(as_text=True)


def test_who_reads_english_is_told_that_the_guide_is_in_vietnamese(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["language"] = "en"
    page = client.get("/tro-giup/tim-kiem").get_data(as_text=True)

    assert "The guides are in Vietnamese." in page
    assert 'lang="en"' in page
