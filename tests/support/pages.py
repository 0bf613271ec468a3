"""Which pages there are for whom: one address for each route that shows a page."""

from collections.abc import Iterable

from flask import Flask

from tests.support.house import House
from workflow.ids import new_id

NO_PAGES = frozenset(
    {
        "static",
        "start",  # leads on to where the person's work begins
        "switch_language",
        "audit.diagram_file",
        "audit.marks",
        "auth.enter_code",  # needs a pending sign-in; tests/browser/test_sign_in.py has it
        "auth.enrol",  # tests/support/second_factor.py has it
        "auth.sign_in",
        "cases.download",
        "definitions.archive",
        "definitions.file",
    }
)
"""Endpoints that answer GET with a file, with data or by leading elsewhere, or that need a state of their own."""

SIGNED_IN = ("/tai-khoan", "/tai-khoan/mat-khau", "/thong-bao")


def addresses(house: House, role: str) -> list[str]:
    """The addresses that the person opens, in a stage in which the commune's evaluation is under way."""
    return [*SIGNED_IN, *_OF[role](house)]


def endpoints_of_pages(app: Flask, paths: Iterable[str]) -> set[str]:
    """The endpoints that these addresses lead to."""
    adapter = app.url_map.bind("localhost")
    return {str(adapter.match(path.partition("?")[0])[0]) for path in paths}


def _officer(house: House) -> list[str]:
    done = house.tasks("self_assessment")[0].id
    case = house.case().id
    return [
        "/nhiem-vu",
        "/nhiem-vu?tab=group",
        "/ho-so",
        f"/ho-so/{case}",
        f"/ho-so/{case}/bien-ban",
        f"/ho-so/{case}/buoc/withdraw",
        f"/nhiem-vu/{done}",
        f"/nhiem-vu/{done}/xong",
        f"/nhiem-vu/{done}/tieu-chi",
    ]


def _reviewer(house: House) -> list[str]:
    task = f"/nhiem-vu/{house.task('evaluation').id}"
    return [
        "/nhiem-vu",
        "/nhiem-vu?tab=group&text=xyz",
        task,
        f"{task}/tieu-chi",
        f"{task}/tieu-chi/I.18",
        f"{task}/kiem-tra",
        f"{task}/chuyen-giao",
        f"{task}/tra-lai",
    ]


def _manager(house: House) -> list[str]:
    campaign = f"/quan-tri/dot-xet/{house.campaign_id}"
    case, task = f"/ho-so/{house.case().id}", f"/nhiem-vu/{house.task('evaluation').id}"
    return [
        "/nhiem-vu?tab=escalated",
        f"{task}/giao-lai",
        f"{case}/di-chuyen",
        f"{case}/buoc/cancel",
        "/su-co",
        "/quan-tri/",
        "/quan-tri/dot-xet/",
        "/quan-tri/dot-xet/moi",
        f"{campaign}/",
        f"{campaign}/dong",
        f"{campaign}/bat-dau",
        f"{campaign}/tien-do",
        f"{campaign}/them-don-vi",
        f"{campaign}/bo-don-vi/tho-thanh",
        f"{campaign}/han/registration",
    ]


def _auditor(house: House) -> list[str]:
    case = f"/kiem-toan/ho-so/{house.case().id}"
    return [
        "/kiem-toan/",
        "/kiem-toan/su-kien",
        "/kiem-toan/kiem-tra",
        case,
        f"{case}?unfold=1",
        f"{case}/so-do",
        f"{case}/tai-thoi-diem?date=2023-11-06&time=10:00",
        f"{case}/goi",
    ]


def _administrator(house: House) -> list[str]:
    return [*_procedures(house), *_accounts(house), *_places()]


def _procedures(house: House) -> list[str]:
    actor = house.actor("quantri.tinh")
    library = house.container.definitions
    views = {view.version.label: view.version.id for view in library.list(actor)}
    shipped = views["2023"]
    draft = next((view.version.id for view in library.list(actor) if view.version.status == "draft"), None)
    if draft is None:
        draft = house.container.drafts.copy(actor, shipped, note="Bản nháp minh họa", command_id=new_id())
    old, new = f"/quy-trinh/{shipped}", f"/quy-trinh/{draft}"
    return [
        "/quy-trinh/",
        "/quy-trinh/moi",
        f"/quy-trinh/so-sanh?old={shipped}&new={views['2025'] if '2025' in views else draft}",
        f"{old}/",
        f"{old}/noi-dung",
        f"{old}/bo-tieu-chi/xa-phuong-thi-tran",
        f"{old}/ngung-dung",
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
    held = house.container.accounts.get(house.actor("quantri.tinh"), user).assignments[0].id
    account = f"/quan-tri/tai-khoan/{user}"
    return [
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
        "/quan-tri/lich/?year=2023",
        "/quan-tri/lich/ngay",
        "/quan-tri/lich/ngay/2023-05-01/bo",
        "/quan-tri/he-thong/",
    ]


_OF = {
    "officer": _officer,
    "reviewer": _reviewer,
    "manager": _manager,
    "auditor": _auditor,
    "administrator": _administrator,
}
