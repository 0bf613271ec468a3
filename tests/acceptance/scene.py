"""An installation with a case in the middle of its way and somebody in every role, which a test may damage and put back.

The case is that of Xã Minh Họa, made up. Its stages: the unit is `assessing` itself; the evaluation is `waiting` for its commune's
board (which may have `ended`), `claimed`, being worked on (`working`), `assessed` but not submitted; or the case is `stuck` and cannot go on. While it is `asking`, the board waits for the unit to explain a criterion; `returned`, the unit has it back.
"""

import re
import shutil
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from tests.acceptance.late_stages import end_its_body, get_stuck, move_some
from tests.support.house import COMMUNE_UNIT, PASSWORD, House, Model, make_model, open_house
from tests.support.postgres import PostgresServer
from tests.support.web import Browser
from tests.support.world import shipped_package
from webui.app import create_app
from webui.settings import WebSettings
from workflow.bootstrap import Container
from workflow.demo.player import Deed
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import CreateUser, EndUser, NewUser
from workflow.services.accounts.directory import NewRole, RoleScope
from workflow.services.accounts.requests import ConfirmRequest
from workflow.services.accounts.roles import AppointDeputy, AssignRole
from workflow.services.accounts.sessions import open_session
from workflow.services.auditing.questions.samples import DrawSample
from workflow.services.campaigns.campaigns import CreateCampaign
from workflow.services.campaigns.units import AddCampaignUnits
from workflow.services.casework.criteria.inquiries import AskUnit
from workflow.services.casework.criteria.judgements import AgreeTogether, TakeBack
from workflow.services.casework.tasks import ClaimTask, CompleteTask, SaveDraft, StartTask, TakeTask
from workflow.services.procedures.drafts import CreateDraft
from workflow.services.procedures.publication import SubmitVersion
from workflow.store.jobs import JobRecord
from workflow.store.rows import Page

__all__ = ["PASSWORD", "PEOPLE", "Scene", "build_scene"]

COOKIE = "congnhan"
ELSEWHERE = "tinh-khac"
PEOPLE = {
    "anonymous": None,
    "unit": "donvi.minhhoa",
    "board": "danhgia.minhhoa",
    "neighbour": "danhgia.langgieng",
    "inspector": "kiemtra1.thuongxuan",
    "standing": "thuongtruc.thuongxuan",
    "committee": "uyvien1.thuongxuan",
    "manager": "quanly.tinh",
    "auditor": "kiemsoat.tinh",
    "auditor-else": "kiemsoat.khac",
    "team": "thanhtra.trong",
    "team-out": "thanhtra.ngoai",
    "admin": "quantri.tinh",
    "admin-else": "quantri.khac",
    "reviewer": "duyet.tinh",
    "deputy": "pho.trong",
    "deputy-out": "pho.ngoai",
    "ended": "ket.thuc",
}
"""Column of the table → login."""
MORE = {
    "kiemsoat.khac": [("auditor", ELSEWHERE)],
    "quantri.khac": [("administrator", ELSEWHERE)],
    "thanhtra.trong": [],
    "thanhtra.ngoai": [],
    "pho.trong": [],
    "pho.ngoai": [],
    "ket.thuc": [("board-member", "bcd-antt-xa-minh-hoa")],
    "danhgia.minhhoa.hai": [("board-member", "bcd-antt-xa-minh-hoa")],
    "quantri.hai": [("administrator", "thanh-hoa")],
}
_TEAM = NewRole(
    role="inspection-team", organisation_id="thanh-hoa", valid_from=date(2022, 1, 1), valid_to=date(2024, 12, 31)
)
TEAMS = {
    "thanhtra.trong": replace(_TEAM, scope=RoleScope(procedures=("dien-hinh",), opened_from=date(2023, 1, 1))),
    "thanhtra.ngoai": replace(_TEAM, scope=RoleScope(opened_to=date(2022, 12, 31))),
}
"""Login → the role of an inspection team: the case lies in the scope of the one, not of the other."""
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(kw_only=True)
class Scene:
    """`ids`: what addresses and forms name. `browsers`: column → (cookie, forgery token)."""

    house: House
    app: Flask
    data: Path
    ids: dict[str, str]
    browsers: dict[str, tuple[str, str]] = field(default_factory=dict)
    stage: str = "working"
    restored: int = 0
    """When the database file was last put back, as its time of change in nanoseconds."""

    @property
    def container(self) -> Container:
        return self.house.container

    def browser(self, who: str) -> tuple[FlaskClient, str]:
        """A browser as that person left it, and the forgery token of its pages."""
        client = self.app.test_client()
        cookie, token = self.browsers[who]
        client.set_cookie(COOKIE, cookie)
        return client, token

    def set(self, stage: str) -> None:
        """Put the database back to a stage, unless it stands there untouched."""
        self.forget_the_pace()
        if stage == self.stage and not self.was_written():
            return
        self.container.engine.dispose()
        for path in self.data.glob("congnhan.sqlite3*"):
            path.unlink()
        shutil.copyfile(self.data / f"{stage}.stage", self.data / "congnhan.sqlite3")
        self.stage = stage
        self.restored = (self.data / "congnhan.sqlite3").stat().st_mtime_ns

    def forget_the_pace(self) -> None:
        """Nobody has done anything within the last minute: all tests ask as the same people."""
        grounds = (getattr(service, "_ground", None) for service in vars(self.container).values())
        for ground in grounds:
            if ground is not None:
                ground.pace._done.clear()

    def was_written(self) -> bool:
        """Whether anything was committed since the last `set`: to the log, or through it to the database itself."""
        log, database = self.data / "congnhan.sqlite3-wal", self.data / "congnhan.sqlite3"
        return (log.exists() and log.stat().st_size > 0) or database.stat().st_mtime_ns != self.restored

    def tells_nothing_new(self) -> bool:
        """Whether no event was recorded since the last `set`: what is kept for a person is no fact."""
        with self.container.units.reading() as uow:
            after = uow.events.heads()
        stage, self.stage = self.stage, ""
        self.set(stage)
        with self.container.units.reading() as uow:
            return uow.events.heads() == after

    def changed_nothing(self) -> bool:
        """Whether nothing was written since the last `set`, or only what is kept of a refused form for its person."""
        return not self.was_written() or self.tells_nothing_new()

    def keep(self, stage: str) -> None:
        """Remember the database as it stands under the name of a stage."""
        with self.container.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.container.engine.dispose()
        shutil.copyfile(self.data / "congnhan.sqlite3", self.data / f"{stage}.stage")


@dataclass(kw_only=True)
class PostgresScene(Scene):
    """The same on PostgreSQL: a stage is a database, and what is put back is a copy of it."""

    server: PostgresServer
    url: str
    stages: dict[str, str] = field(default_factory=dict)

    def set(self, stage: str) -> None:
        self.forget_the_pace()
        self.container.engine.dispose()
        self.server.drop_database(self.url)
        self.server.create_database(self.stages[stage], name=self.url)
        self.stage = stage

    def was_written(self) -> bool:
        """It is always put back."""
        return True

    def keep(self, stage: str) -> None:
        self.container.engine.dispose()
        self.stages[stage] = self.server.create_database(self.url)


def build_scene(folder: Path, server: PostgresServer | None = None) -> Scene:
    """Make it, on SQLite or on that server; takes some seconds."""
    model = make_model(folder / "data", server.create_database() if server else None)
    house = open_house(model, model.data, model.url)
    ids = _people(house, model) | _definitions(house) | _administration(house)
    settings = WebSettings(secret_key="k" * 40, demonstration=True)
    app = create_app(house.container, settings, testing=True)
    app.test_client_class = Browser
    scene = Scene(house=house, app=app, data=model.data, ids=ids)
    if server is not None:
        scene = PostgresScene(house=house, app=app, data=model.data, ids=ids, server=server, url=model.url)
    _sign_everybody_in(scene)
    _play(scene)
    return scene


def _people(house: House, model: Model) -> dict[str, str]:
    services, setup = house.container, Provenance(actor=SYSTEM, at=house.clock.now())
    province = Organisation(
        id=ELSEWHERE,
        code="99",
        kind="province",
        level="province",
        name_vi="Tỉnh Khác (minh họa)",
        name_en="Other Province (made up)",
        valid_from=date(2022, 1, 1),
        source="Đơn vị minh họa, không có thật",
    )
    services.organisations.import_data([province], (), setup)
    hashed = services.account_changes.hashed(PASSWORD)
    for login, held in MORE.items():
        roles = [NewRole(role=role, organisation_id=place, valid_from=date(2022, 1, 1)) for role, place in held]
        roles += [TEAMS[login]] if login in TEAMS else []
        user = NewUser(login=login, name=f"Người thử {login}", email=None, locale="vi")
        model.users[login] = services.account_changes.set_up(setup, user, hashed, roles)
    house.enrol(
        "quantri.khac", "kiemsoat.khac", "thanhtra.trong", "thanhtra.ngoai", "quantri.hai", "danhgia.minhhoa.hai"
    )
    board = house.users["danhgia.minhhoa"]
    with services.units.reading() as uow:
        (assignment,) = uow.accounts.assignments_of([board])
    ids = {"board": board, "colleague": house.users["danhgia.minhhoa.hai"], "assignment": assignment.id}
    for login, until in (("pho.trong", date(2023, 12, 31)), ("pho.ngoai", date(2023, 3, 10))):
        wish = AppointDeputy(
            assignment_id=assignment.id,
            deputy_user_id=house.users[login],
            valid_from=date(2023, 1, 1),
            valid_to=until,
            paper="Minh họa 04/QĐ",
        )
        ids[login] = house.sure(services.roles.appoint_deputy(house.actor("quantri.tinh"), wish))
    return ids | _requests(house)


def _requests(house: House) -> dict[str, str]:
    """What waits for a second person: asked by a colleague, asked by the administrator, and one whose link may be printed."""
    roles, changes = house.container.roles, house.container.account_changes
    officer = NewRole(role="standing-officer", organisation_id="cong-an-thanh-hoa", valid_from=date(2023, 1, 1))
    wishes = {
        who: AssignRole(user_id=house.users["danhgia.minhhoa.hai"], role=replace(officer, paper=who))
        for who in ("quantri.hai", "quantri.tinh")
    }
    theirs, own = (str(roles.assign(house.actor(who), wish).request) for who, wish in wishes.items())
    unit = NewRole(role="unit-officer", organisation_id="tho-thanh", valid_from=date(2023, 1, 1))
    new = CreateUser(user=NewUser(login="in.giay", name="Người Giấy"), role=unit)
    printable = str(changes.create(house.actor("quantri.tinh"), new).request)
    house.container.account_requests.confirm(None, ConfirmRequest(request_id=printable))
    return {"request": theirs, "own_request": own, "printable": printable}


def _definitions(house: House) -> dict[str, str]:
    services, author = house.container, house.actor("quantri.tinh")
    files = shipped_package()
    with services.units.reading() as uow:
        published = next(one for one in uow.definitions.all() if one.label == "2023")
    ids = {"published": published.id, "published_revision": str(published.revision)}
    for name in ("draft", "review"):
        ids[name] = services.drafts.create(author, CreateDraft(files=files, note="Bản thử"))
    while services.jobs.run_due():  # drafts are checked before they can be submitted
        pass
    services.publishing.submit(author, SubmitVersion(version_id=ids["review"], revision=1))
    return ids


def _administration(house: House) -> dict[str, str]:
    services, manager = house.container, house.actor("quanly.tinh")
    wanted = CreateCampaign(key="dien-hinh", year=2024, province="thanh-hoa", name_vi="Đợt thử", name_en="A trial")
    planned = services.campaigns.create(manager, wanted)
    services.campaign_units.add_units(manager, AddCampaignUnits(campaign_id=planned, units={"xa-lang-gieng": {}}))
    services.campaign_units.add_units(
        manager, AddCampaignUnits(campaign_id=house.campaign_id, units={"hop-tac-xa-minh-hoa": {}})
    )
    job = new_id()
    with services.units() as uow:
        at = house.clock.now()
        uow.jobs.add([JobRecord(id=job, kind="mail", payload={}, run_at=at, created_at=at)])
        uow.jobs.fail(job, at, "Minh họa: máy chủ thư không trả lời")
        uow.commit()
    services.alarms.look()  # that mail cannot be sent is an alarm
    campaign = services.campaigns.get(manager, house.campaign_id)
    deadline = min(campaign.deadlines)
    return {
        "campaign": campaign.id,
        "campaign_revision": str(campaign.revision),
        "deadline": deadline,
        "escalate_to": campaign.deadlines[deadline]["escalate_to"],
        "planned": planned,
        "planned_revision": str(services.campaigns.get(manager, planned).revision),
        "job": job,
    }


def _sign_everybody_in(scene: Scene) -> None:
    tokens: dict[str, str] = {}
    now = scene.house.clock.now()
    with scene.container.units() as uow:
        for who, login in PEOPLE.items():
            if login is not None:
                tokens[who] = open_session(uow, scene.house.users[login], now)
        uow.commit()
    administrator = scene.house.actor("quantri.tinh")
    for who in PEOPLE:
        client = scene.app.test_client()
        with client.session_transaction() as session:
            session["language"] = "en"
            if who in tokens:
                session["_user_id"] = tokens[who]
        page = client.get("/tai-khoan" if who in tokens else "/dang-nhap")
        found = _TOKEN.search(page.get_data(as_text=True))
        cookie = client.get_cookie(COOKIE)
        assert found is not None, who
        assert cookie is not None, who
        scene.browsers[who] = (cookie.value, found[1])
    # Ended after it was signed in: the browser still has what it had.
    scene.container.account_changes.end(
        administrator, EndUser(user_id=scene.house.users["ket.thuc"], reason="Nghỉ việc")
    )


def _play(scene: Scene) -> None:
    """Go through the case's stages and keep the database at each."""
    house, tasks, ids = scene.house, scene.container.tasks, scene.ids
    house.until_self_assessment()
    ids["case"] = house.case().id
    scene.keep("listed")
    ids["unit_task"] = house.take("donvi.minhhoa", "self_assessment").id
    ids["unit_evidence"] = house.attach("donvi.minhhoa", ids["unit_task"], paper_id="report")
    scene.keep("assessing")
    scene.set("listed")
    house.do(COMMUNE_UNIT, "donvi.minhhoa", "self_assessment", "submit")
    ids["done_task"] = house.tasks("self_assessment")[0].id
    ids["task"] = house.task("evaluation").id
    with scene.container.units.reading() as uow:
        ids["evidence"] = uow.evidence.of_case(ids["case"])[0].id
    scene.keep("waiting")
    ids |= end_its_body(house)
    scene.keep("ended")
    scene.set("waiting")
    board = house.actor("danhgia.minhhoa")
    tasks.claim(board, ClaimTask(task_id=ids["task"]))
    scene.keep("claimed")
    tasks.start(board, StartTask(task_id=ids["task"]))
    house.look(board, ids["task"], "I.1")
    ids["revision"] = str(house.task("evaluation").revision)
    scene.container.reports.verify_now()
    ids["verification"] = scene.container.reports.list(house.actor("kiemsoat.tinh"), Page())[0][0].id
    ids["sample"] = scene.container.samples.draw(house.actor("kiemsoat.tinh"), DrawSample(size=1))
    scene.keep("working")
    wish = AskUnit(task_id=ids["task"], criterion_id="I.1", text="Ai đã ký biên bản?")
    ids["inquiry"] = scene.container.inquiries.ask(board, wish)
    scene.keep("asking")
    scene.set("working")
    _return(scene, board)
    _assess(scene, board)
    ids |= get_stuck(house, ids["case"])
    scene.keep("stuck")
    scene.set("working")
    ids |= move_some(house)
    scene.keep("moving")
    scene.set("working")


def _return(scene: Scene, board: Actor) -> None:
    """The board has sent the dossier back for one criterion, and the unit has opened that."""
    house, why = scene.house, {"I.1": "Thiếu quyết định"}
    back = CompleteTask(task_id=scene.ids["task"], outcome="return", reason="Bổ sung", criterion_reasons=why)
    scene.container.tasks.complete(board, back)
    house.settle()
    unit, again = house.actor("donvi.minhhoa"), house.task("self_assessment").id
    scene.container.tasks.take(unit, TakeTask(task_id=again))
    house.look(unit, again, "I.1")
    scene.ids["task_again"] = again
    scene.keep("returned")
    scene.set("working")


def _assess(scene: Scene, board: Actor) -> None:
    """Everything is entered; only the submission is left."""
    house, task = scene.house, scene.ids["task"]
    view = scene.container.task_views.view(board, task)
    house.player._assess(board, view, Deed(login="danhgia.minhhoa", node_id="evaluation", outcome="approve"))
    judgements = scene.container.judgements
    judgements.take_back(board, TakeBack(task_id=task, criteria=["I.2"]))
    judgements.agree_together(board, AgreeTogether(task_id=task, criteria=["I.2"]))
    draft = SaveDraft(task_id=task, outcome="approve")
    scene.ids["last_revision"] = str(scene.container.tasks.save_draft(board, draft))
    scene.keep("assessed")
    scene.set("working")
