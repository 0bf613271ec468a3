"""Passwords, tokens, codes and keys are in no log, no event, no page but the one that must show them once."""

import json
import logging
import re

import pytest
from flask.testing import FlaskClient

from tests.acceptance.scene import PASSWORD, PEOPLE, Scene
from tests.acceptance.security.conftest import Opened
from tests.acceptance.security.reading import sign_in
from workflow.ids import new_id

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

NEW = "Một câu bí mật dài 1"
TYPED = "mật khẩu gõ nhầm vào ô tên"


def everything_recorded(scene: Scene) -> str:
    """All events of all streams as text."""
    with scene.container.units.reading() as uow:
        return "\n".join(
            json.dumps(event.payload, ensure_ascii=False, default=str)
            for stream in uow.events.streams()
            for event in uow.events.of_stream(stream)
        )


def shown_secret(client: FlaskClient) -> str:
    """The second factor's secret, as the page shows it while it is set up."""
    found = re.search(
        r"<code[^>]*>([A-Z2-7 ]{16,})</code>", client.get("/tai-khoan/ma-xac-thuc").get_data(as_text=True)
    )
    assert found is not None
    return found[1].replace(" ", "")


def test_no_log_and_no_event_holds_a_secret(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(scene.app.test_client(), TYPED, PASSWORD)
    sign_in(scene.app.test_client(), "donvi.minhhoa", TYPED)
    signed_in = scene.app.test_client()
    sign_in(signed_in, "donvi.minhhoa")
    client, token = scene.browser("unit")
    client.post("/tai-khoan/mat-khau", data={"csrf_token": token, "old": PASSWORD, "new": NEW, "again": NEW})
    factor = shown_secret(client)
    with client.session_transaction() as session:
        own = session["_user_id"]
    admin, token = scene.browser("admin")
    reset = admin.post(
        f"/quan-tri/tai-khoan/{scene.ids['colleague']}/mat-khau", data={"csrf_token": token, "command_id": new_id()}
    )
    shown = re.search(r"<code[^>]*>([^<]{12,})</code>|<output[^>]*>([^<]{12,})</output>", reset.get_data(as_text=True))
    secrets = {PASSWORD, NEW, TYPED, factor, own, "k" * 40, *(one[0] for one in scene.browsers.values())}
    if shown is not None:
        secrets.add(next(filter(None, shown.groups())).strip())
    recorded = everything_recorded(scene) + caplog.text
    assert [secret for secret in secrets if secret in recorded] == []
    assert "$argon2" not in recorded


def test_the_database_holds_no_session_and_no_second_factor_in_the_clear(scene: Scene) -> None:
    client, _token = scene.browser("unit")
    factor = shown_secret(client)
    with client.session_transaction() as session:
        token = session["_user_id"]
    stored = b"".join(path.read_bytes() for path in scene.data.glob("congnhan.sqlite3*"))
    assert token.encode() not in stored
    assert factor.encode() not in stored
    assert PASSWORD.encode() not in stored


def test_no_page_shows_a_hash_a_token_or_a_key(scene: Scene, opened: Opened) -> None:
    with scene.container.units.reading() as uow:
        hashes = {uow.accounts.get(scene.house.users[login]).password_hash for login in PEOPLE.values() if login}
    for what, answer in opened:
        text = answer.get_data(as_text=True) if (answer.mimetype or "").startswith("text/") else ""
        assert "$argon2" not in text, what
        assert "BEGIN PRIVATE KEY" not in text, what
        assert not any(stored in text for stored in hashes), what


def test_the_keys_are_for_the_owner_alone(scene: Scene) -> None:
    keys = [path for path in (scene.data / "keys").iterdir() if path.is_file() and path.suffix != ".pub"]
    assert keys
    assert [path.name for path in keys if path.stat().st_mode & 0o077 and b"PUBLIC" not in path.read_bytes()] == []
