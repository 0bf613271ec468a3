"""The pages that officers live in, each against a floor: its facts in the fewest statements, and a stored body. See README.md."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from cases import DEFINITIONS, MODEL_UNIT, REGISTRATION, Office, office
from flask import Flask
from flask.testing import FlaskClient
from floor import written_by
from lxml.html import document_fromstring
from page_floors import CHECKED, DRAFT, INBOX, MATRIX, TASK, DraftFloor, Floor, FloorApp
from shared import Place, Spent, middle, options, places, say, spent_by
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from webui.app import create_app
from webui.settings import WebSettings
from workflow.demo.player import Deed, Player, pdf
from workflow.ids import new_id
from workflow.installation import _toml
from workflow.services.accounts.directory import NewRole, new_assignment
from workflow.services.accounts.sessions import open_session
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.tasks import TakeTask
from workflow.store.tasks import TaskRecord

SECRET = "floor" * 8
WAITING, QUICK_WAITING = 40, 4
STEPS, QUICK_STEPS, WARM_UP = 60, 3, 3
BODIES = {"board-member": "bcd-antt-xa-minh-hoa", "standing-officer": "cong-an-thuong-xuan", "unit-officer": MODEL_UNIT}
CRITERIA = ("I.18", "I.14")
BOUNDS = {"inbox": 2, "task": 2.5, "matrix": 3, "draft": 2.5}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An installation with one case at the evaluation, others at the second task, and two people signed in."""

    work: Office
    app: Flask
    floor: FloorApp
    board: FlaskClient
    standing: FlaskClient
    evaluation: TaskRecord
    listings: list[TaskRecord]
    """Tasks of the standing officer, begun; each is completed once."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a browser sends it. `fields` are made anew each time."""

    client: FlaskClient
    address: str
    fields: Callable[[], Mapping[str, str]] | None = None

    def environ(self) -> dict[str, Any]:
        """The request, ready to be given to an application."""
        held = self.client.get_cookie("congnhan")
        headers = Headers({"Cookie": f"congnhan={held.value}"} if held else {})
        if self.fields is None:
            return EnvironBuilder(path=self.address, headers=headers).get_environ()
        body = urlencode(self.fields()).encode()
        headers.update({"X-Autosave": "1"} if self.address.endswith("luu-nhap") else {})
        builder = EnvironBuilder(
            path=self.address,
            method="POST",
            headers=headers,
            input_stream=BytesIO(body),
            content_length=len(body),
            content_type="application/x-www-form-urlencoded",
        )
        return builder.get_environ()


def main() -> None:
    """Measure on each database and print."""
    chosen = options(__doc__ or "")
    steps, waiting = (QUICK_STEPS, QUICK_WAITING) if chosen.quick else (STEPS, WAITING)
    names = ("ratio", "cpu_ratio", "page_ms", "floor_ms", "bytes", "statements")
    result: dict[str, Any] = {name: {} for name in names}
    for place in places(chosen.only):
        scene = prepared(place, waiting, 2 * (steps + WARM_UP + 1))
        found = {name: measure(scene, steps) for name, measure in MEASURES.items()}
        for name in names:
            result[name][place.kind] = {page: one[name] for page, one in found.items()}
        scene.work.container.close()
    say({**result, "n": steps, "bounds": BOUNDS})


def prepared(place: Place, waiting: int, listed: int) -> Scene:
    """Play the cases to where the pages are read."""
    work = office(place, units=(MODEL_UNIT,), copies=waiting + listed)
    container = work.container
    with container.units() as uow:
        for role, body in BODIES.items():
            held = NewRole(role=role, organisation_id=body, valid_from=date(2022, 1, 1))
            uow.accounts.add_assignment(new_assignment(work.users[role], held))
        tokens = {role: open_session(uow, work.users[role], work.clock.now()) for role in BODIES}
        uow.commit()
    hasty = work.hasty()
    for case_id in work.cases.values():
        hasty.complete(case_id, "registration", "submit", fields=REGISTRATION)
    assess(hasty, work.cases[MODEL_UNIT])
    evaluation = take(hasty, work.cases[MODEL_UNIT], "evaluation", "board-member")
    listings = [take(hasty, work.cases[f"do-{number}"], "pilot_list", "standing-officer") for number in range(listed)]
    hasty.container.close()
    app = create_app(container, WebSettings(secret_key=SECRET))
    return Scene(
        work=work,
        app=app,
        floor=FloorApp(container.engine, SECRET, "congnhan"),
        board=signed_in(app, tokens["board-member"]),
        standing=signed_in(app, tokens["standing-officer"]),
        evaluation=evaluation,
        listings=listings,
    )


def assess(work: Office, case_id: str) -> None:
    """Let the unit assess itself, with a file for every criterion."""
    work.complete(case_id, "pilot_list", "accept")
    work.settle()
    task = take(work, case_id, "self_assessment", "unit-officer")
    unit = work.container.accounts.actor_of(work.users["unit-officer"])
    sheet = work.container.task_views.view(unit, task.id).sheet
    for key in sheet.criteria if sheet else ():
        file = AddEvidence(task_id=task.id, criterion_id=key, filename=f"{key}.pdf", content=pdf(key))
        work.container.evidence.add(unit, file)
    figures = _toml(DEFINITIONS / "demonstration" / "figures.toml")
    deed = Deed(login="unit-officer", node_id="self_assessment", outcome="submit")
    Player(work.container, work.users, figures).do(case_id, deed)
    work.settle()


def take(work: Office, case_id: str, node_id: str, role: str) -> TaskRecord:
    """Let the person of that role take the task and begin."""
    task = work.open_task(case_id, node_id)
    actor = work.container.accounts.actor_of(work.users[role])
    work.container.tasks.take(actor, TakeTask(task_id=task.id))
    return task


def signed_in(app: Flask, token: str) -> FlaskClient:
    """A browser with that session; its first page has been read, so that its cookie stays as it is."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=token, known=True)
    client.get("/tai-khoan")
    return client


def read(scene: Scene, request: Request, steps: int, statements: Sequence[sa.Select[Any]]) -> dict[str, Any]:
    """A page that only reads, and its floor."""
    scene.floor.statements, scene.floor.given, scene.floor.written = statements, given(scene, request), None
    return compared(scene, lambda: request, steps)


def inbox(scene: Scene, steps: int) -> dict[str, Any]:
    """What the standing officer has and what waits for them."""
    return read(scene, Request(scene.standing, "/nhiem-vu"), steps, INBOX)


def task(scene: Scene, steps: int) -> dict[str, Any]:
    """A task without criteria, begun."""
    return read(scene, Request(scene.standing, f"/nhiem-vu/{scene.listings[-1].id}"), steps, TASK)


def matrix(scene: Scene, steps: int) -> dict[str, Any]:
    """The table of 34 criteria, at the second level."""
    return read(scene, Request(scene.board, f"/nhiem-vu/{scene.evaluation.id}/tieu-chi"), steps, MATRIX)


def draft(scene: Scene, steps: int) -> dict[str, Any]:
    """A row of the table that saves itself while somebody types; the floor writes another row."""
    evaluation, (mine, others) = scene.evaluation, CRITERIA
    request, keep = typing(scene, mine)
    for one, kept in ((request, keep), typing(scene, others)):
        kept(send(scene.app, one)[1])
    written = DraftFloor(scene.work.container.engine, evaluation.case_id, evaluation.id, others).run
    scene.floor.statements, scene.floor.given, scene.floor.written = DRAFT, given(scene, request), written
    return compared(scene, lambda: request, steps, keep)


def typing(scene: Scene, key: str) -> tuple[Request, Callable[[Headers], None]]:
    """A request that saves another reason each time, and what takes the revision of the answer before."""
    row = f"/nhiem-vu/{scene.evaluation.id}/tieu-chi/{key}"
    typed = filled(scene.board, f"{row}?sua=1", row) | {f"{key}-result": "not_met"}

    def fields() -> Mapping[str, str]:
        fresh = new_id()
        return typed | {f"{key}-command_id": fresh, f"{key}-reason": f"Minh họa {fresh}"}

    def keep(headers: Headers) -> None:
        typed[f"{key}-revision"] = headers["X-Revision"]

    return Request(scene.board, f"{row}/luu-nhap", fields), keep


def completion(scene: Scene, steps: int) -> dict[str, Any]:
    """A task that is submitted, after the check; the floor completes another one."""
    engine = scene.work.container.engine
    pages = iter([completing(scene, one) for one in scene.listings[:-1]])
    first, others = next(pages), [next(pages) for _ in range(steps + WARM_UP)]
    send(scene.app, first)
    with engine.connect().execution_options(reading=True) as connection:
        newest = "SELECT id FROM commands WHERE kind = 'CompleteTask' ORDER BY at DESC, id DESC LIMIT 1"
        command_id = connection.exec_driver_sql(newest).scalar_one()
    model = written_by(engine, command_id)
    left = scene.listings[len(others) + 1 : -1]
    floors = iter([Floor(engine, model, one.case_id, one.id) for one in left])
    scene.floor.statements, scene.floor.given = CHECKED, given(scene, first)
    scene.floor.written = lambda: next(floors).run()
    requests = iter(others)
    return compared(scene, lambda: next(requests), steps)


MEASURES = {"inbox": inbox, "task": task, "matrix": matrix, "draft": draft, "completion": completion}


def completing(scene: Scene, one: TaskRecord) -> Request:
    """The submission as the page of the check offers it."""
    fields = filled(scene.standing, f"/nhiem-vu/{one.id}/kiem-tra", "/gui") | {"outcome": "accept"}
    return Request(scene.standing, f"/nhiem-vu/{one.id}/gui", lambda: fields)


def filled(client: FlaskClient, page: str, ending: str) -> dict[str, str]:
    """The form of the page that is sent to where it ends so, as the page fills it."""
    document: Any = document_fromstring(client.get(page).get_data(as_text=True))
    form = next(one for one in document.forms if str(one.action).endswith(ending))
    return {name: value for name, value in form.form_values() if value.strip() or "reason" not in name}


def given(scene: Scene, request: Request) -> Mapping[str, Any]:
    """The values that the floor's statements take."""
    role = "board-member" if request.client is scene.board else "standing-officer"
    group = f"{role}@{BODIES[role]}"
    found = re.search(r"/nhiem-vu/([0-9a-f-]{36})", request.address)
    with scene.work.container.units.reading() as uow:
        one = uow.tasks.get(found.group(1)) if found else scene.evaluation
    return {
        "user_id": scene.work.users[role],
        "groups": [group],
        "watched": [f"escalated:{group}"],
        "now": scene.work.clock.now(),
        "task_id": one.id,
        "case_id": one.case_id,
        "stream": f"case:{one.case_id}",
        "role": role,
        "organisation_id": BODIES[role],
    }


def send(app: Flask, request: Request) -> tuple[bytes, Headers, int]:
    """Body, headers and status of the answer."""
    body, status, headers = run_wsgi_app(app, request.environ(), buffered=True)
    return b"".join(body), headers, int(status.split()[0])


def compared(
    scene: Scene, request: Callable[[], Request], steps: int, keep: Callable[[Headers], None] = lambda _: None
) -> dict[str, Any]:
    """The page and its floor in turns, so that what else the machine does falls on both."""
    with executed(scene.work.container.engine) as by_page:
        body, headers, status = send(scene.app, request())
    assert status in (200, 303), (status, body[:500])
    keep(headers)
    scene.floor.body, scene.floor.status = body, status
    with executed(scene.work.container.engine) as by_floor:
        send(scene.floor.app, Request(scene.standing, "/x"))
    spent: list[tuple[Spent, Spent]] = []
    for _ in range(steps + WARM_UP - 1):
        one = request()
        environ, plain = one.environ(), Request(one.client, "/x").environ()
        answer: list[Any] = []
        page = spent_by(partial(_answered, scene.app, environ, answer))
        _, said, headers = answer
        assert said.startswith(str(status)), said
        keep(headers)
        spent.append((page, spent_by(partial(run_wsgi_app, scene.floor.app, plain, buffered=True))))
    pages, floors = zip(*spent[WARM_UP - 1 :], strict=True)
    page_ms, floor_ms = (middle(one.wall for one in side) for side in (pages, floors))
    page_cpu, floor_cpu = (middle(one.cpu for one in side) for side in (pages, floors))
    return {
        "ratio": round(page_ms / floor_ms, 2),
        "cpu_ratio": round(page_cpu / floor_cpu, 2),
        "page_ms": page_ms,
        "floor_ms": floor_ms,
        "bytes": len(body),
        "statements": {"page": by_page, "floor": by_floor, "numbers": [len(by_page), len(by_floor)]},
    }


def _answered(app: Flask, environ: dict[str, Any], answer: list[Any]) -> None:
    answer.extend(run_wsgi_app(app, environ, buffered=True))


@contextmanager
def executed(engine: sa.Engine) -> Iterator[list[str]]:
    """What is executed inside, in short: the verb and the tables."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        words = statement.split()
        if words[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            tables = re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)\b", statement)
            found.append(f"{words[0]} {', '.join(dict.fromkeys(tables))}")

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
