"""The table itself: it is whole, its page is up to date, and it says nothing that must never be true."""

from types import SimpleNamespace

import pytest
from flask import Flask

from tests.acceptance.access.requests import REQUESTS, request_of
from tests.acceptance.access.table import COLUMNS, PAGE, Line, lines, page
from tests.acceptance.access.walk import SIGN_IN, routes_of
from tests.acceptance.scene import PEOPLE
from webui.app import create_app
from webui.guard import PUBLIC

TABLE = lines()
OUTSIDERS = ("neighbour", "auditor-else", "admin", "admin-else", "reviewer", "deputy-out", "team-out")
"""Nobody of these has to do with the case, whatever else they may do."""
OF_A_CASE = frozenset({"case_id", "task_id", "evidence_id", "inquiry_id"})

TOO_LONG = "413"
"""What a stranger gets for a body longer than a sign-in needs, before it is read."""

MOVES = "moving."
"""The administrator moves cases between versions by number and unit, and sees nothing of what is in them."""


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(SimpleNamespace(), testing=True)


ADMINISTRATION = ("administration.", "accounts.", "campaigns.", "places.")
OWN = frozenset(
    f"accounts.{name}"
    for name in (
        *("own_account", "change_password", "enrol", "enter_code", "sign_in", "sign_out", "sign_out_elsewhere"),
        *("requests", "own_address", "choose_keys", "choose_mail", "open_link", "use_link"),
        *("kept_forms", "kept_form", "forget_form", "keep_unsent", "session_of_now"),
    )
)
"""Of the accounts' pages, those on which everybody looks after their own."""


def _of_the_administration(line: Line) -> bool:
    return line.endpoint.startswith(ADMINISTRATION) and line.endpoint not in OWN


def _of_a_case(line: Line) -> bool:
    return bool(OF_A_CASE & request_of(line.endpoint, line.method).args.keys()) and not line.endpoint.startswith(MOVES)


def _name(line: Line) -> str:
    return f"{line.endpoint} {line.method}"


def test_every_route_has_a_line_and_every_line_a_route(app: Flask) -> None:
    assert sorted((line.endpoint, line.method) for line in TABLE) == routes_of(app)


def test_nothing_is_asked_of_a_route_that_is_not_there(app: Flask) -> None:
    assert REQUESTS.keys() <= set(routes_of(app))


def test_every_line_says_something_of_everybody() -> None:
    assert set(COLUMNS) == set(PEOPLE)
    assert all(set(line.answers) == set(PEOPLE) for line in TABLE)


def test_the_published_page_is_made_from_the_table(app: Flask) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(app), "run: python -m tests.acceptance.access.table"


def test_only_the_doors_themselves_are_open_to_who_has_not_signed_in() -> None:
    shut = {SIGN_IN, TOO_LONG}
    assert {line.endpoint for line in TABLE if line.answers["anonymous"] not in shut} <= PUBLIC


def test_an_ended_account_is_nobody() -> None:
    answers = [
        (_name(line), line.answers["ended"], line.answers["anonymous"])
        for line in TABLE
        if line.answers["anonymous"] != TOO_LONG
    ]
    assert [(name, ended) for name, ended, anonymous in answers if ended != anonymous] == []
    assert {line.answers["ended"] for line in TABLE if line.answers["anonymous"] == TOO_LONG} == {SIGN_IN}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_case_does_not_exist_for_who_has_nothing_to_do_with_it(who: str) -> None:
    wrong = [
        f"{_name(line)}: {line.answers[who]}"
        for line in TABLE
        if _of_a_case(line) and line.answers[who] not in ("403", "404")
    ]
    assert wrong == []
    assert [
        _name(line)
        for line in TABLE
        if line.endpoint.startswith("casework.") and _of_a_case(line) and line.answers[who] != "404"
    ] == []


@pytest.mark.parametrize("who", ["auditor", "team", "team-out"])
def test_who_audits_or_inspects_changes_nothing_of_a_case(who: str) -> None:
    changed = [
        _name(line)
        for line in TABLE
        if line.method == "POST"
        and line.endpoint.startswith("casework.")
        and line.endpoint not in ("casework.switch_keys", "casework.save_filter")  # their own keys and filter
        and line.answers[who] < "400"
    ]
    assert changed == []


def test_only_administrators_pass_the_doors_of_accounts_organisations_and_calendar() -> None:
    everybody = {"places.calendar"}
    campaigns = {line.endpoint for line in TABLE if "campaign_id" in request_of(line.endpoint, line.method).args}
    campaigns |= {"administration.index", "campaigns.campaigns", "campaigns.create_campaign", "campaigns.move_campaign"}
    auditing = {"administration.make_checkpoint"}
    passed = [
        f"{_name(line)}: {who}"
        for line in TABLE
        if _of_the_administration(line) and line.endpoint not in everybody | campaigns | auditing
        for who, answer in line.answers.items()
        if answer.isdecimal() and int(answer) < 400 and who not in ("admin", "admin-else")
    ]
    assert passed == []


def test_an_administrator_of_another_province_changes_no_account_organisation_or_campaign_here() -> None:
    of_everybody = {"places.set_day", "places.remove_day", "administration.make_checkpoint", "administration.retry_job"}
    passed = [
        _name(line)
        for line in TABLE
        if _of_the_administration(line)
        and line.method == "POST"
        and line.endpoint not in of_everybody
        and line.answers["admin-else"] < "400"
    ]
    assert passed == []


def test_only_the_administrator_in_whose_reach_the_cases_are_moves_them() -> None:
    lists = {"moving.index", "moving.choose"}
    assert [
        f"{_name(line)}: {who}"
        for line in TABLE
        if line.endpoint.startswith(MOVES)
        for who, answer in line.answers.items()
        if answer not in ("in", "403", "404")
        and who != "admin"
        and not (who == "admin-else" and line.endpoint in lists)
    ] == []
