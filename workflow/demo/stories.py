"""What happens to each unit of the demonstration. Whatever is unfavourable happens to the made-up units only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.calendar.zone import ZONE
from workflow.demo.player import Deed

Act = Callable[[Deed], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The logins that act for one unit; `evaluator` None where the routing table skips that stage."""

    unit: str
    pilot: str
    evaluator: str | None
    place: str
    days: Mapping[str, tuple[int, int]]
    """Stage → (month, day) in 2023 on which it is done."""
    decision_number: str = ""

    @property
    def standing(self) -> str:
        return f"thuongtruc.{self.place}"

    @property
    def inspectors(self) -> list[str]:
        return [f"kiemtra{number}.{self.place}" for number in (1, 2, 3)]

    @property
    def committee(self) -> list[str]:
        return [f"truongban.{self.place}", *(f"uyvien{number}.{self.place}" for number in (1, 2, 3, 4))]


def day(month: int, number: int, hour: int = 9) -> datetime:
    """A working hour of 2023 in Vietnam."""
    return datetime(2023, month, number, hour, tzinfo=ZONE)


def _days(offset: int) -> dict[str, tuple[int, int]]:
    return {
        "registration": (3, 21 + offset % 4),
        "list": (3, 29),
        "self-assessment": (11, 6 + offset % 5),
        "evaluation": (11, 22 + offset % 3),
        "team": (12, 4),
        "findings": (12, 6 + offset % 3),
        "conclusion": (12, 12 + offset % 2),
        "proposal": (12, 14),
        "invitation": (12, 15),
        "session": (12, 19 + offset % 3),
        "decision": (12, 26 + offset % 3),
    }


PILOTS: Mapping[str, Cast] = {
    unit: Cast(
        unit=f"donvi.{login}",
        pilot="province",
        evaluator=evaluator,
        place="tinh",
        days=_days(offset),
        decision_number=f"Minh họa {4 + offset % 3 * 2 + offset // 3:02}/QĐ-BCĐ",  # in the order of their days
    )
    for offset, (unit, login, evaluator) in enumerate(
        [
            ("tho-thanh", "thothanh", "danhgia.thothanh"),
            ("rung-thong", "rungthong", "danhgia.rungthong"),
            ("dien-bien", "dienbien", "danhgia.dienbien"),
            ("htx-tan-son", "tanson", None),
            ("dai-hoc-hong-duc", "hongduc", None),
            ("hoi-lhpn-tinh", "hoilhpn", None),
        ]
    )
}
COMMUNE = Cast(
    unit="donvi.minhhoa",
    pilot="district",
    evaluator="danhgia.minhhoa",
    place="thuongxuan",
    days={**_days(0), "invitation": (12, 19), "session": (12, 21)},
    decision_number="Minh họa 03/QĐ-BCĐ",
)
ENTERPRISE = Cast(unit="donvi.congty", pilot="district", evaluator="danhgia.thuongxuan", place="tinh", days=_days(1))


def registered(cast: Cast, previous_class: str = "kha") -> Deed:
    """The unit's registration."""
    fields = {
        "safety_recognised": "true",
        "safety_decision": "Minh họa 01/QĐ",
        "previous_class": previous_class,
        "pilot": cast.pilot,
    }
    return Deed(login=cast.unit, node_id="registration", outcome="submit", fields=fields)


def smooth(cast: Cast, act: Act) -> Iterator[datetime]:
    """A pilot's year: every stage in time, every criterion met."""
    yield day(*cast.days["registration"])
    act(registered(cast))
    yield day(*cast.days["list"])
    act(Deed(login=cast.standing, node_id="pilot_list", outcome="accept"))
    yield day(*cast.days["self-assessment"])
    act(Deed(login=cast.unit, node_id="self_assessment", outcome="submit"))
    if cast.evaluator is not None:
        yield day(*cast.days["evaluation"])
        act(Deed(login=cast.evaluator, node_id="evaluation", outcome="approve"))
    yield from inspected(cast, act)
    yield from put_forward(cast, act)
    yield from session(cast, act)


def returned_and_without_quorum(cast: Cast, act: Act) -> Iterator[datetime]:
    """The made-up commune: not eligible at first, returned twice, a committee without quorum that meets again; then recognised."""
    yield day(3, 21)
    act(registered(cast, previous_class="trung_binh"))
    yield day(3, 23)
    reopened = "Dữ liệu minh họa: khai nhầm kết quả phân loại, đề nghị khai lại."
    act(Deed(login=cast.standing, node_id="eligibility_review", outcome="reopen", reason=reopened))
    yield day(3, 24)
    act(registered(cast))
    yield day(3, 29)
    act(Deed(login=cast.standing, node_id="pilot_list", outcome="accept"))
    yield day(11, 6)
    act(Deed(login=cast.unit, node_id="self_assessment", outcome="submit"))
    for month, number, reasons in (
        (11, 9, {"I.14": "Minh họa: thiếu quyết định khen thưởng.", "I.26": "Minh họa: thiếu biên bản kiểm tra."}),
        (11, 16, {"I.14": "Minh họa: quyết định khen thưởng chưa đúng năm."}),
    ):
        yield day(month, number)
        why = "Dữ liệu minh họa: đề nghị bổ sung minh chứng."
        act(
            Deed(
                login=str(cast.evaluator), node_id="evaluation", outcome="return", reason=why, criterion_reasons=reasons
            )
        )
        yield day(month, number + 4)
        act(Deed(login=cast.unit, node_id="self_assessment", outcome="submit"))
    yield day(11, 27)
    act(Deed(login=str(cast.evaluator), node_id="evaluation", outcome="approve"))
    yield from inspected(cast, act)
    yield from put_forward(cast, act)
    yield day(12, 15)
    act(convened(cast, (12, 18)))
    yield day(12, 18)
    act(opened(cast, present=cast.committee[:2], outcome="adjourn"))
    yield from session(cast, act)


def late_and_failing(cast: Cast, act: Act) -> Iterator[datetime]:
    """The made-up enterprise: misses the deadline, which is escalated; a criterion fails, so it is not recognised."""
    yield day(3, 22)
    act(registered(cast))
    yield day(3, 29)
    act(Deed(login=cast.standing, node_id="pilot_list", outcome="accept"))
    yield day(12, 4)
    act(Deed(login=cast.unit, node_id="self_assessment", outcome="submit"))
    yield day(12, 5)
    reason = "Dữ liệu minh họa: còn tiêu chí chưa đạt."
    failing = {"II.6": "Dữ liệu minh họa: có người của lực lượng bảo vệ bị xử lý kỷ luật."}
    act(Deed(login=str(cast.evaluator), node_id="evaluation", outcome="reject", reason=reason, failing=failing))


def inspected(cast: Cast, act: Act) -> Iterator[datetime]:
    """The team is formed, every member finds for themselves, the leader concludes."""
    yield day(*cast.days["team"])
    members = {"members": cast.inspectors, "leader": cast.inspectors[:1], "team_decision": "Minh họa 02/QĐ"}
    act(Deed(login=cast.standing, node_id="team_forming", outcome="form", fields=members))
    yield day(*cast.days["findings"])
    for inspector in cast.inspectors:
        act(Deed(login=inspector, node_id="member_findings", outcome="report"))
    yield day(*cast.days["conclusion"])
    act(Deed(login=cast.inspectors[0], node_id="conclusion", outcome="conclude"))


def put_forward(cast: Cast, act: Act) -> Iterator[datetime]:
    """The standing office puts the unit forward."""
    yield day(*cast.days["proposal"])
    act(Deed(login=cast.standing, node_id="put_forward", outcome="put_forward"))


def session(cast: Cast, act: Act) -> Iterator[datetime]:
    """The committee is convened for a later day, meets with a quorum, one member recused, votes, and its chair decides."""
    yield day(*cast.days["invitation"])
    act(convened(cast, cast.days["session"]))
    yield day(*cast.days["session"], hour=14)
    act(opened(cast, present=cast.committee, outcome="open", recused=cast.committee[-1:]))
    for member in cast.committee[:-1]:
        act(Deed(login=member, node_id="vote", outcome="agree"))
    yield day(*cast.days["decision"])
    month, number = cast.days["decision"]
    fields = {"decision_number": cast.decision_number, "decided_on": f"{number}/{month}/2023"}
    act(Deed(login=cast.committee[0], node_id="decision", outcome="recognise", fields=fields))


def convened(cast: Cast, on: tuple[int, int]) -> Deed:
    """The invitation to a session."""
    fields = {"held_on": f"{on[1]}/{on[0]}/2023", "place": "Phòng họp minh họa", "roster": cast.committee}
    return Deed(login=cast.standing, node_id="convene", outcome="convene", fields=fields)


def opened(cast: Cast, *, present: Sequence[str], outcome: str, recused: Sequence[str] = ()) -> Deed:
    """Who is there, and whether the session can be held."""
    fields: dict[str, Any] = {"roster": cast.committee, "present": list(present), "recused": list(recused)}
    if recused:
        fields["recusal_reasons"] = "Dữ liệu minh họa: có người thân công tác tại đơn vị."
    return Deed(login=cast.standing, node_id="open_session", outcome=outcome, fields=fields)
