"""Addresses that are remembered by their shape are those that Werkzeug puts together."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

from webui.app import create_app

ONE = "01a22f87-49b3-753b-a095-80c30729db30"


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(SimpleNamespace(), testing=True)


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("casework.inbox", {}),
        ("casework.inbox", {"tab": "mine", "page": 2}),
        ("casework.task", {"task_id": ONE}),
        ("casework.task", {"task_id": UUID(ONE), "sort": None}),
        ("casework.criterion", {"criterion_id": "I.18", "task_id": ONE, "loc": "unseen", "_anchor": "pane"}),
        ("casework.criterion", {"criterion_id": "a b/ç?", "task_id": ONE, "_anchor": "ô 1"}),
        ("casework.decide", {"criterion_id": "I.1", "task_id": ONE, "act": "dong-y"}),
        ("casework.inbox", {"mat-do": "gon", "text": "Xã Thọ"}),
        ("casework.inbox", {"page": ["1", "2"]}),
        ("casework.inbox", {"_external": True}),
        ("static", {"filename": "dist/a b.css", "v": "0f"}),
    ],
)
@pytest.mark.parametrize("root", ["", "/congnhan"])
def test_an_address_is_what_werkzeug_makes_of_it(app: Flask, endpoint: str, values: dict[str, Any], root: str) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        plain = Flask.url_for(app, endpoint, **values)
        assert [url_for(endpoint, **values) for _ in range(2)] == [plain, plain]


def test_other_values_of_the_same_shape_stand_in_their_places(app: Flask) -> None:
    with app.test_request_context("/"):
        assert url_for("casework.criterion", criterion_id="I.1", task_id=ONE) == f"/nhiem-vu/{ONE}/tieu-chi/I.1"
        assert url_for("casework.criterion", criterion_id="II.20", task_id=ONE) == f"/nhiem-vu/{ONE}/tieu-chi/II.20"


def test_what_has_no_address_is_said_by_its_own_values(app: Flask) -> None:
    with app.test_request_context("/"):
        for _ in range(2):
            with pytest.raises(BuildError, match="task_id"):
                url_for("casework.task", page=2)
            with pytest.raises(ValueError, match="dong-ytt"):
                url_for("casework.decide", criterion_id="I.1", task_id=ONE, act="dong-ytt")
