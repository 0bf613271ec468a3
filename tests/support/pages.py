"""Which pages there are for whom: one address for each route that shows a page."""

from collections.abc import Iterable
from datetime import date

import pytest
from flask import Flask

from tests.support.house import House
from tests.support.many_cases import open_the_votes, put_before_the_committee
from tests.support.sittings import BODY, CHAIR, CLERK, MEMBERS
from tests.support.versions import renamed
from tests.support.world import shipped_package
from workflow.calendar.zone import local_date
from workflow.runtime.handlers import Answer, BpmnError, Call
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.roles import AssignRole
from workflow.services.auditing.questions.samples import DrawSample
from workflow.services.casework.criteria.inquiries import AskUnit
from workflow.services.moving.moves import StartMigration
from workflow.services.moving.views import MigrationWish
from workflow.services.procedures.drafts import CopyVersion
from workflow.services.sittings.sittings import CastVote, LookAtCase
from workflow.store.rows import Page

NO_PAGES = frozenset(
    {
        "static",
        "start",  # leads on to where the person's work begins
        "auditing.diagram_file",
        "auditing.marks",
        "auditing.signed_report",
        "auditing.verifier",
        "accounts.kept_form",  # needs something that is kept and has its own test
        "accounts.session_of_now",
        "accounts.open_link",
        "accounts.use_link",  # needs a link and has its own test
        "accounts.enter_code",  # needs a pending sign-in and has its own test
        "accounts.enrol",  # tests/support/second_factor.py has it
        "accounts.sign_in",
        "casework.download",
        "casework.file_page",  # a picture
        "casework.take_back",  # needs a step that nobody has begun: tests/browser/test_inbox.py has it
        "notifications.one",  # leads on to what it is about
        "procedures.archive",
        "procedures.check",  # a part of a page
        "procedures.file",
        "sittings.of_task",  # leads on
        "upkeep.alive",
        "upkeep.ready",
    }
)
"""Endpoints that answer GET with a file, with data or by leading elsewhere, or that need a state of their own."""

PEOPLE = {
    "officer": "donvi.minhhoa",
    "reviewer": "danhgia.minhhoa",
    "manager": "quanly.tinh",
    "auditor": "kiemsoat.tinh",
    "administrator": "quantri.tinh",
    "clerk": CLERK,
    "chair": CHAIR,
}
"""Who opens the pages: role → login."""
STUCK_UNIT = "htx-tan-son"


def prepare(house: House) -> None:
    """Bring about what some pages need: a task under way, a deputy, a draft of a procedure, a case that is stuck."""
    house.take("danhgia.minhhoa", "evaluation")
    ask_the_unit(house)
    administrator = house.actor("quantri.tinh")
    container = house.container
    house.deputy("danhgia.langgieng", "danhgia.minhhoa", date(2023, 11, 1), date(2023, 11, 30))
    shipped = next(view.version.id for view in container.definitions.list(administrator))
    container.drafts.copy(administrator, CopyVersion(version_id=shipped, note="Bản nháp minh họa"))
    _let_a_case_get_stuck(house)
    ask_for_a_power(house)
    _move_cases(house)
    _let_a_committee_sit(house)
    container.reports.verify_now()


def ask_the_unit(house: House) -> str:
    """The commune's board has asked the unit to explain a row; the question's id."""
    board, task_id = house.actor("danhgia.minhhoa"), house.task("evaluation").id
    house.look(board, task_id, "I.2")
    wish = AskUnit(task_id=task_id, criterion_id="I.2", text="Minh họa: ai đã ký?")
    return house.container.inquiries.ask(board, wish)


def ask_for_a_power(house: House) -> None:
    """The administrator has asked for something that takes a second person."""
    role = NewRole(role="standing-officer", organisation_id="cong-an-thanh-hoa", valid_from=date(2023, 1, 1))
    wish = AssignRole(user_id=house.users["danhgia.minhhoa"], role=role)
    house.container.roles.assign(house.actor("quantri.tinh"), wish)


def _move_cases(house: House) -> None:
    """One case is moved to a version whose first task has another id, another waits to be moved."""
    by, actor = Provenance(actor=SYSTEM, at=house.clock.now()), house.actor("quantri.tinh")
    new = house.container.publishing.install(renamed(shipped_package()), by)
    for unit, done in (("cong-ty-minh-hoa", True), ("rung-thong", False)):
        wish = MigrationWish(
            from_version=house.case(unit).version_id,
            to_version=new,
            mapping={"registration": "sign_up"},
            case_ids=[house.case(unit).id],
        )
        house.container.migrations.start(actor, StartMigration(wish=wish, reason="Minh họa"))
        if done:
            house.settle()


def _let_a_committee_sit(house: House) -> None:
    """Of four cases one waits for its decision, two for votes, of which the chair has opened one, and one for its opening."""
    put_before_the_committee(house, 4)
    open_the_votes(house, 3)
    service, on = house.container.sittings, local_date(house.clock.now())
    voted, opened = _cases_of_the_sitting(house)[:2]
    for login in (CHAIR, *MEMBERS):
        service.look(house.actor(login), LookAtCase(body=BODY, on=on, case_id=voted))
        service.vote(house.actor(login), CastVote(body=BODY, on=on, case_id=voted, outcome="agree"))
    service.look(house.actor(CHAIR), LookAtCase(body=BODY, on=on, case_id=opened))


def _cases_of_the_sitting(house: House) -> list[str]:
    found = house.container.sittings.overview(house.actor(CLERK))[0]
    return [one.case_id for one in house.container.sittings.agenda(house.actor(CLERK), BODY, found.on).lines]


def _let_a_case_get_stuck(house: House) -> None:
    """A service has a fault that the procedure does not catch."""

    def faulty(_call: Call) -> Answer:
        raise BpmnError("MINH-HOA")

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(house.container.jobs.handlers, "record-result", faulty)
        house.register(STUCK_UNIT, previous_class="yeu")
        house.do(STUCK_UNIT, "thuongtruc.tinh", "eligibility_review", "close", reason="Minh họa")


def _versions(house: House) -> dict[str, str]:
    """Label → id of the published versions; the draft stands under "draft"."""
    views = house.container.definitions.list(house.actor("quantri.tinh"))
    published = {view.version.label: view.version.id for view in views if view.version.status == "published"}
    (draft,) = (view.version.id for view in views if view.version.status == "draft")
    return {**published, "draft": draft}


def addresses(house: House, role: str) -> list[str]:
    """The addresses that the person opens, in a stage in which the commune's evaluation is under way."""
    return _OF[role](house)


def endpoints_of_pages(app: Flask, paths: Iterable[str]) -> set[str]:
    """The endpoints that these addresses lead to."""
    adapter = app.url_map.bind("localhost")
    return {str(adapter.match(path.partition("?")[0])[0]) for path in paths}


def _officer(house: House) -> list[str]:
    done = house.tasks("self_assessment")[0].id
    case = house.case().id
    with house.container.units.reading() as uow:
        file = uow.evidence.of_case(case)[0].id
        (question,) = (one.id for one in uow.inquiries.asked_of_unit(case, 1))
    return [
        "/trang-dau",
        "/trang-dau/qua-han",
        "/tai-khoan",
        "/tai-khoan/mat-khau",
        "/tai-khoan/dia-chi",
        "/giu-lai/",
        "/thong-bao",
        "/tro-giup/",
        "/tro-giup/bang-tieu-chi",
        "/nhiem-vu",
        "/ho-so",
        f"/ho-so/{case}",
        f"/ho-so/{case}/bien-ban",
        f"/ho-so/{case}/buoc/withdraw",
        f"/nhiem-vu/{done}",
        f"/nhiem-vu/{done}/xong",
        f"/nhiem-vu/{done}/tieu-chi",
        f"/minh-chung/{file}/xem",
        f"/giai-trinh/{question}",
    ]


def _reviewer(house: House) -> list[str]:
    ticked = house.task("evaluation").id
    task = f"/nhiem-vu/{ticked}"
    with house.container.units.reading() as uow:
        file = uow.evidence.of_case(house.case().id)[0].id
    return [
        "/trang-dau",
        "/nhiem-vu",
        "/nhiem-vu?tab=group",
        "/nhiem-vu?tab=sent",
        "/nhiem-vu/bo-loc",
        "/nhiem-vu/bo-loc/moi?due=overdue",
        *(f"/nhiem-vu/nhieu/{act}?task={ticked}" for act in ("nhan", "chuyen-giao", "xu-ly")),
        "/phien-hop/",
        task,
        f"{task}/tieu-chi",
        f"{task}/tieu-chi/I.18",
        f"{task}/tieu-chi/I.18?sua=1",
        f"{task}/dong-y-ca-muc/bao-dam-antt",
        f"{task}/cung-tep/{file}?criterion=I.18",
        f"{task}/kiem-tra",
        f"{task}/chuyen-giao",
        f"{task}/tra-lai",
    ]


def _clerk(house: House) -> list[str]:
    sitting = _sitting(house)
    return [
        sitting,
        f"{sitting}khai-mac",
        f"{sitting}man-chieu?number=1",
        f"{sitting}man-chieu?number=2",
        f"{sitting}bien-ban",
    ]


def _chair(house: House) -> list[str]:
    sitting = _sitting(house)
    decided, opened, unopened, waiting = (f"{sitting}ho-so/{one}" for one in _cases_of_the_sitting(house))
    return [
        "/phien-hop/",
        sitting,
        *(decided, opened, unopened, waiting),
        f"{opened}/khong-tham-gia",
        f"{sitting}dong-y",
        f"{sitting}quyet-dinh/recognise",
    ]


def _sitting(house: House) -> str:
    """Its day is the one on which it was prepared."""
    found = house.container.sittings.overview(house.actor(CLERK))[0]
    return f"/phien-hop/{found.body.id}/{found.on.isoformat()}/"


def _manager(house: House) -> list[str]:
    campaign = f"/quan-tri/dot-xet/{house.campaign_id}"
    stuck = house.container.operations.incidents(house.actor("quanly.tinh"), Page())[0][0]
    case, task = f"/ho-so/{house.case().id}", f"/nhiem-vu/{house.task('evaluation').id}"
    return [
        "/trang-dau",
        "/nhiem-vu?tab=escalated",
        f"{task}/giao-lai",
        f"{case}/di-chuyen",
        f"{case}/thong-diep",
        f"{case}/buoc/cancel",
        "/su-co",
        f"/ho-so/{house.case(STUCK_UNIT).id}/su-co/{stuck.incident_id}",
        "/quan-tri/",
        "/quan-tri/dot-xet/",
        "/quan-tri/dot-xet/moi",
        f"{campaign}/",
        f"{campaign}/don-vi?part=missing",
        f"{campaign}/nhac",
        f"{campaign}/dong",
        f"{campaign}/bat-dau",
        f"{campaign}/tien-do",
        f"{campaign}/them-don-vi",
        f"{campaign}/bo-don-vi/tho-thanh",
        f"{campaign}/han/registration",
        f"{campaign}/thu-doi-han?deadline=evaluation&day=2023-11-01",
    ]


def _auditor(house: House) -> list[str]:
    case = f"/kiem-toan/ho-so/{house.case().id}"
    reports, _ = house.container.reports.list(house.actor("kiemsoat.tinh"), Page())
    sample = house.container.samples.draw(house.actor("kiemsoat.tinh"), DrawSample(size=2, seed="minh-hoa"))
    return [
        "/trang-dau",
        "/kiem-toan/",
        "/kiem-toan/su-kien",
        "/kiem-toan/kiem-tra",
        *(f"/kiem-toan/kiem-tra/{one.id}" for one in reports[:1]),
        "/kiem-toan/bao-cao",
        "/kiem-toan/cau-hoi/",
        "/kiem-toan/cau-hoi/tre-han?state=open",
        "/kiem-toan/cau-hoi/khong-nen",
        "/kiem-toan/cau-hoi/doi-chieu?criterion=I.18",
        "/kiem-toan/cau-hoi/da-doc",
        "/kiem-toan/mau/",
        f"/kiem-toan/mau/{sample}",
        "/kiem-toan/goi?text=minh",
        case,
        f"/kiem-toan/ho-so/{house.case(STUCK_UNIT).id}?unfold=1",
        f"{case}/so-do",
        f"{case}/tai-thoi-diem?date=2023-11-06&time=10:00",
        f"{case}/so-sanh?date=2023-01-01&date2=2023-11-06",
        f"{case}/goi",
    ]


def _administrator(house: House) -> list[str]:
    return ["/trang-dau", *_procedures(house), *_moves(house), *_accounts(house), *_places()]


def _moves(house: House) -> list[str]:
    """Another version is there since `prepare`; one case has been moved to it, another waits."""
    administrator = house.actor("quantri.tinh")
    (waiting, moved), _total = house.container.migrations.list(administrator)
    (item,), _number = house.container.migrations.items(administrator, moved.id)
    way = f"/chuyen-ho-so/{moved.from_version.id}"
    wish = f"target={moved.to_version.id}&case={house.case('tho-thanh').id}"
    here = f"/chuyen-ho-so/lan-chuyen/{moved.id}"
    return [
        "/chuyen-ho-so/",
        f"{way}/",
        f"{way}/xem-truoc?{wish}",
        f"{way}/xem-truoc?target={moved.to_version.id}",
        f"{way}/chay-thu?{wish}&map:registration=sign_up",
        f"{here}/",
        f"{here}/hoan-tac",
        f"{here}/hoan-tac/{item.case_id}",
        f"/chuyen-ho-so/lan-chuyen/{waiting.id}/",
        f"/chuyen-ho-so/lan-chuyen/{waiting.id}/dung",
    ]


def _procedures(house: House) -> list[str]:
    versions = _versions(house)
    old, new = f"/quy-trinh/{versions['2023']}", f"/quy-trinh/{versions['draft']}"
    return [
        "/quy-trinh/",
        "/quy-trinh/moi",
        f"/quy-trinh/so-sanh?old={versions['2023']}&new={versions['2025']}",
        f"{old}/",
        f"{old}/noi-dung",
        f"{old}/bo-tieu-chi/xa-phuong-thi-tran",
        f"{old}/ngung-dung",
        f"{old}/bai-kiem-tra",
        f"{new}/chay-thu",
        f"{old}/chay-thu?test=tests/tra-lai-bo-sung.json",
        f"{new}/ban-sao",
        f"{new}/so-do",
        f"{new}/sua/procedure.toml",
        f"{new}/them-tep",
        f"{new}/xoa-tep/rules/routing.dmn",
        f"{new}/trinh-tham-dinh",
        f"{new}/ban-hanh",
        f"{new}/tra-lai",
    ]


def _accounts(house: House) -> list[str]:
    user = house.users["danhgia.minhhoa"]
    view = house.container.accounts.get(house.actor("quantri.tinh"), user)
    held, lent = view.assignments[0].id, view.deputies[0].id
    account = f"/quan-tri/tai-khoan/{user}"
    (waiting,) = house.container.account_requests.waiting(house.actor("quantri.tinh"))
    return [
        "/cho-xac-nhan/",
        f"/cho-xac-nhan/{waiting.request.id}/",
        f"{account}/vai-tro/{held}/uy-quyen?text=minhhoa",
        f"{account}/vai-tro/{held}/uy-quyen?deputy={house.users['danhgia.langgieng']}",
        "/quan-tri/tai-khoan/",
        "/quan-tri/tai-khoan/moi",
        f"{account}/",
        f"{account}/sua",
        f"{account}/mat-khau",
        f"{account}/dang-xuat",
        f"{account}/ket-thuc",
        f"{account}/lop-thu-hai",
        f"{account}/vai-tro",
        f"{account}/vai-tro/{held}/uy-quyen",
        f"{account}/vai-tro/{held}/ket-thuc",
        f"{account}/uy-quyen/{lent}/ket-thuc",
    ]


def _places() -> list[str]:
    commune = "/quan-tri/to-chuc/xa-minh-hoa"
    return [
        "/quan-tri/",
        "/quan-tri/to-chuc/",
        "/quan-tri/to-chuc/moi",
        f"{commune}/",
        f"{commune}/sua",
        f"{commune}/ket-thuc",
        f"{commune}/ke-thua",
        f"{commune}/ban-giao",
        "/quan-tri/lich/?year=2023",
        "/quan-tri/lich/ngay",
        "/quan-tri/lich/ngay/2023-05-01/bo",
        "/quan-tri/he-thong/",
        "/quan-tri/he-thong/nguoi-nhan",
        "/quan-tri/he-thong/thu-thu",
    ]


_OF = {
    "officer": _officer,
    "reviewer": _reviewer,
    "manager": _manager,
    "auditor": _auditor,
    "administrator": _administrator,
    "clerk": _clerk,
    "chair": _chair,
}
