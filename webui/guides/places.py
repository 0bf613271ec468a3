"""Which guide, and which section of it, fits which page: the one table of it.

A page is named by its endpoint; where it is not named, what stands for its whole area (the name of its blueprint) fits it.
"""

from collections.abc import Iterator, Mapping, Sequence

_PAGES: Mapping[str, Sequence[str]] = {
    "bat-dau#man-hinh-co-gi": ("start",),
    "bat-dau#trang-dau": ("home",),
    "bat-dau#dang-nhap": ("accounts.sign_in", "accounts.open_link", "accounts.use_link"),
    "bat-dau#ma-xac-thuc": ("accounts.enter_code", "accounts.enrol"),
    "bat-dau#tai-khoan-cua-toi": ("accounts.own_account", "accounts.own_address", "accounts.change_password"),
    "noi-dung-da-nhap": ("accounts.kept_forms", "accounts.kept_form"),
    "thong-bao": ("notifications",),
    "uy-quyen#ai-lap": ("accounts.appoint_deputy",),
    "uy-quyen#ket-thuc-som": ("accounts.end_deputyship",),
    "quan-tri": ("accounts", "administration"),
    "quan-tri#viec-can-nguoi-thu-hai": ("accounts.requests", "accounts.account_request"),
    "quan-tri#vai-tro-khong-duoc-cung-mot-nguoi-giu": ("accounts.assign_role", "accounts.end_role"),
    "quan-tri#tai-khoan-moi-quen-mat-khau": ("accounts.create_account", "accounts.reset_password"),
    "quan-tri#ma-xac-thuc": ("accounts.reset_second_factor",),
    "quan-tri#canh-bao": ("administration.system", "upkeep"),
    "quan-tri#viec-khong-ai-lam-duoc": ("places.hand_over_work",),
    "xu-ly-nhiem-vu": ("casework",),
    "xu-ly-nhiem-vu#nhan-va-lam": ("casework.task",),
    "viec-cua-toi#danh-sach": ("casework.inbox",),
    "viec-cua-toi#nhieu-nhiem-vu-mot-luot": (
        "casework.claim_several",
        "casework.hand_over_several",
        "casework.decide_several",
    ),
    "xu-ly-nhiem-vu#kiem-tra-va-gui": ("casework.check", "casework.done"),
    "xu-ly-nhiem-vu#chuyen-giao-dua-ve-nhom": ("casework.delegate", "casework.release"),
    "bang-tieu-chi#lam-mot-dong": ("casework.criteria", "casework.criterion"),
    "bang-tieu-chi#chua-xem-thi-chua-duoc-tinh": ("casework.agree_together",),
    "viec-cua-toi#bo-loc-da-luu": ("casework.save_filter", "casework.saved_filters"),
    "viec-cua-toi#rut-lai-viec-da-gui": ("casework.take_back",),
    "tep-minh-chung#xem-tep": ("casework.view_file", "casework.file_page", "casework.download"),
    "theo-doi-ho-so#tim-ho-so": ("casework.cases",),
    "theo-doi-ho-so#trang-ho-so": ("casework.case",),
    "theo-doi-ho-so#bang-tong-hop-de-in": ("casework.record",),
    "theo-doi-ho-so#tam-dung-rut-huy": ("casework.case_step",),
    "dieu-hanh#su-co": ("casework.incidents", "casework.incident"),
    "dieu-hanh#chuyen-ho-so-sang-buoc-khac": ("casework.move",),
    "dieu-hanh#giao-cho-nguoi-khac": ("casework.reassign",),
    "dieu-hanh#thong-diep-den": ("casework.messages",),
    "phien-hop#chuong-trinh-phien-hop": ("sittings",),
    "phien-hop#trieu-tap-khai-mac": ("sittings.roll",),
    "phien-hop#ai-khong-duoc-xet": ("sittings.stay_away",),
    "dot-xet": ("campaigns",),
    "dot-xet#lap-dot": ("campaigns.create_campaign",),
    "dot-xet#thoi-han": ("campaigns.change_deadline", "campaigns.try_deadline"),
    "dot-xet#don-vi": ("campaigns.add_units", "campaigns.remove_unit"),
    "dot-xet#theo-doi": ("campaigns.units",),
    "dot-xet#nhac-don-vi-chua-gui": ("campaigns.remind",),
    "dot-xet#mo-dot-bat-dau-cac-don-vi": (
        "campaigns.move_campaign",
        "campaigns.start_units",
        "campaigns.start_progress",
    ),
    "to-chuc-lich#danh-muc-to-chuc": ("places",),
    "to-chuc-lich#lich-lam-viec": ("places.calendar", "places.set_day", "places.remove_day"),
    "quy-trinh": ("procedures",),
    "quy-trinh#soan-ban-nhap": (
        "procedures.copy",
        "procedures.edit_diagram",
        "procedures.edit_text",
        "procedures.put_file",
        "procedures.remove_file",
        "procedures.upload",
    ),
    "quy-trinh#trinh-tham-dinh-ban-hanh": (
        "procedures.comparison",
        "procedures.publish",
        "procedures.retire",
        "procedures.return_to_draft",
        "procedures.submit",
    ),
    "quy-trinh#chay-thu": ("trials",),
    "chuyen-ho-so#cac-buoc": ("moving",),
    "chuyen-ho-so#dung-hoan-tac": ("moving.cancel", "moving.revert", "moving.revert_case"),
    "kiem-toan": ("auditing",),
    "kiem-toan#kiem-chung-toan-bo": (
        "auditing.report",
        "auditing.signed_report",
        "auditing.verification",
        "auditing.verifier",
    ),
    "kiem-toan#goi-kiem-chung": ("auditing.bundle", "auditing.bundles"),
    "kiem-toan#bao-cao-tren-nhieu-ho-so": ("auditing.questions", "auditing.question", "auditing.reports"),
    "kiem-toan#ho-so-tai-mot-thoi-diem-tai-hai-thoi-diem": ("auditing.comparison", "auditing.moment"),
    "kiem-toan#mau-ngau-nhien": ("auditing.sample", "auditing.samples"),
    "kiem-toan#loai-su-kien": ("auditing.events",),
}
"""Guide, `#`, section → the endpoints and areas."""
_PLACES = {named: place for place, names in _PAGES.items() for named in names}


def place_of(endpoint: str | None) -> str:
    """`guide#section` of the page; empty for a page without one, which is the list of all guides."""
    named = endpoint or ""
    return _PLACES.get(named) or _PLACES.get(named.partition(".")[0], "")


def table() -> Iterator[tuple[str, str]]:
    """Every endpoint or area that is named, with its guide and section."""
    yield from _PLACES.items()
