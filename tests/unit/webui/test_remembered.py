"""Pieces of pages that are drawn once for the same facts."""

from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from webui.app import create_app
from webui.drawing.remembered import Pieces

ROW = "{% remembered facts %}<b>{{ shown() }}</b>{% endremembered %}"
FORM = "{% remembered 'form' %}<i>{{ csrf_token() }}|{{ command_id() }}|{{ command_id() }}</i>{% endremembered %}"
NESTED = "{% remembered 'outer' %}[{% remembered 'inner' %}{{ csrf_token() }} {{ command_id() }}{% endremembered %}]{% endremembered %}"
BAKED = "{% remembered 'baked' %}{{ token_of_mine() }}{% endremembered %}"


class Page:
    """An application with one page, and how often its piece was drawn."""

    def __init__(self, *, testing: bool) -> None:
        self.app: Flask = create_app(SimpleNamespace(), testing=True)  # type: ignore[arg-type] # no service is asked
        self.app.testing = testing
        self.text, self.facts, self.drawn = ROW, ("a", 1), 0
        self.says = "first"
        self.app.add_url_rule("/piece", "piece", self._page, methods=["GET", "POST"])
        self.app.config["WTF_CSRF_ENABLED"] = False

    def _page(self) -> str:
        return render_template_string(self.text, facts=self.facts, shown=self._shown, token_of_mine=generate_csrf)

    def _shown(self) -> str:
        self.drawn += 1
        return self.says

    def read(self, client: FlaskClient | None = None) -> str:
        return (client or self.app.test_client()).get("/piece").get_data(as_text=True)


@pytest.fixture
def page() -> Page:
    return Page(testing=False)


def test_a_piece_is_drawn_once_for_the_same_facts_and_anew_for_others(page: Page) -> None:
    page.facts = ("once", 1)
    assert [page.read(), page.read()] == ["<b>first</b>"] * 2
    assert page.drawn == 1

    page.facts, page.says = ("once", 2), "second"
    assert page.read() == "<b>second</b>"


def test_each_language_has_its_own(page: Page) -> None:
    page.facts = ("language",)
    client = page.app.test_client()
    page.read(client)
    with client.session_transaction() as session:
        session["language"] = "en"
    page.says = "in English"

    assert page.read(client) == "<b>in English</b>"


def test_markup_of_others_stays_text(page: Page) -> None:
    page.facts, page.says = ("escaped",), "<script>"

    assert page.read() == page.read() == "<b>&lt;script&gt;</b>"


def test_every_session_has_its_own_token_and_every_button_its_own_command(page: Page) -> None:
    page.text = FORM
    mine, theirs = page.read(), page.read()

    found = [text.removeprefix("<i>").removesuffix("</i>").split("|") for text in (mine, theirs)]

    assert len({part for one in found for part in one}) == 6


def test_a_piece_within_a_piece_leaves_its_gaps_open(page: Page) -> None:
    page.text = NESTED

    first, second = page.read(), page.read()

    assert first != second
    assert all(len(text.split()) == 2 and text.startswith("[") for text in (first, second))


def test_what_comes_back_from_a_form_is_drawn_anew(page: Page) -> None:
    page.facts = ("posted",)
    client = page.app.test_client()

    for _ in range(2):
        client.post("/piece")

    assert page.drawn == 2


def test_a_token_never_stays_in_a_piece(page: Page) -> None:
    page.text = BAKED

    assert page.app.test_client().get("/piece").status_code == 500


def test_under_test_a_fact_that_the_key_has_forgotten_is_found() -> None:
    page = Page(testing=True)
    page.facts = ("forgotten",)
    page.read()
    page.says = "second"

    assert page.app.test_client().get("/piece").status_code == 500


def test_what_nobody_has_looked_at_for_longest_is_forgotten_first() -> None:
    # given: room for ten pieces of ten signs, of which the first has just been looked at again
    kept = Pieces(100)
    for number in range(10):
        kept.put(number, ("x" * 10,))
    assert kept.get(0) == ("x" * 10,)

    # when: one more comes
    kept.put("new", ("yy", "y" * 8))

    # then: the second has made room for it
    assert kept.get(1) is None
    assert [kept.get(one) is not None for one in (0, 2, 9, "new")] == [True] * 4
    assert len(kept) == 100


def test_a_piece_that_would_push_out_much_is_not_kept() -> None:
    kept = Pieces(100)

    kept.put("large", ("x" * 11,))

    assert kept.get("large") is None
    assert len(kept) == 0
