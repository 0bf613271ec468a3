"""Whatever is sent to whatever route there is, by whom ever: no failure of ours, on either database."""

import logging

import pytest

from tests.acceptance.access.requests import request_of
from tests.acceptance.access.walk import ask
from tests.acceptance.scene import Scene
from tests.acceptance.security.nonsense import METHODS, calls
from tests.acceptance.security.reading import has_failed
from workflow.ids import new_id

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

ROLES = ("anonymous", "unit", "board", "committee", "manager", "auditor", "admin", "reviewer", "deputy", "ended")
VERBS = ("GET", "POST")
SHARES = 5


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_nothing_that_is_sent_makes_a_route_fail(
    request: pytest.FixtureRequest, database: str, share: int, caplog: pytest.LogCaptureFixture
) -> None:
    scene: Scene = request.getfixturevalue("built_scene" if database == "sqlite" else "postgres_scene")
    caplog.set_level(logging.ERROR)
    failed, sent = [], 0
    routes = sorted(
        (request_of(rule.endpoint, verb).stage, rule.rule, verb, rule.endpoint, rule)
        for rule in scene.app.url_map.iter_rules()
        for verb in VERBS
        if verb in (rule.methods or ())
    )
    scene.stage = "none"
    for number, (stage, _path, verb, endpoint, rule) in enumerate(routes):
        if number % SHARES != share:
            continue
        if stage != scene.stage:
            scene.set(stage)
        able = "admin" if rule.rule.startswith(("/quan-tri", "/quy-trinh", "/chuyen")) else "manager"
        for who in dict.fromkeys((able, ROLES[number // SHARES % len(ROLES)])):
            for call in calls(scene, rule, verb, who):
                caplog.clear()
                sent += 1
                client, _token = scene.browser(who)
                try:
                    status = call.send(client)
                except Exception as error:  # an answer that breaks off while it is read, or a server that does
                    failed.append(f"{who}: {call}: {error!r}")
                    continue
                if has_failed(endpoint, status):
                    failed.append(f"{who}: {status} {call}: {caplog.text[-400:]}")
    scene.stage = "none"  # what was sent may have changed something
    assert sent > 300
    assert not failed, f"{len(failed)} of {sent}\n" + "\n\n".join(failed[:40])


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_nobody_knows_is_refused_everywhere(scene: Scene, method: str) -> None:
    client, _token = scene.browser("admin")
    for rule in scene.app.url_map.iter_rules():
        if not rule.arguments:
            assert not has_failed(rule.endpoint, client.open(rule.rule, method=method).status_code), rule.rule


@pytest.mark.parametrize("other", ["of another kind", "in capital letters", "no id"])
def test_a_command_id_that_is_none_of_this_command_is_an_entry_that_is_wrong(scene: Scene, other: str) -> None:
    client, token = scene.browser("board")
    address = f"/ho-so/{scene.ids['case']}/y-kien"
    first = new_id()
    sent = ask(scene, client, token, "accounts.choose_mail", "POST", {"command_id": first})
    assert sent.status_code == 303
    wrong = {"of another kind": first, "in capital letters": new_id().upper(), "no id": "x" * 200}[other]
    answer = client.post(address, data={"csrf_token": token, "command_id": wrong, "text": "Ý kiến của tôi"})
    assert answer.status_code == 422
    assert "Ý kiến của tôi" in answer.get_data(as_text=True)
