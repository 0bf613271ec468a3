"""Who reads a comment: those who handle the case, and the unit only where it is marked for it; who is told of it."""

import pytest

from tests.support.house import COMMUNE_UNIT, House
from workflow.ids import new_id
from workflow.services.casework.comments import AddComment
from workflow.store.people.comments import CommentRecord
from workflow.store.rows import Page

UNIT, BOARD = "donvi.minhhoa", "danhgia.minhhoa"
NOTICE = "%(actor)s has written a comment on the case of %(unit)s (%(business_key)s)."


def write(house: House, login: str, text: str, *, for_unit: bool = False) -> None:
    command = AddComment(case_id=house.case().id, text=text, for_unit=for_unit)
    house.container.comments.add(house.actor(login), command)
    house.settle()


def read(house: House, login: str) -> list[str]:
    """What the person reads on the case's page."""
    found = house.container.comments.read(house.actor(login), house.case().id, Page())
    return [one.text for one in found.shown]


def told(house: House, login: str) -> int:
    return [note.template for note in house.container.notifications.list(house.actor(login), 500)].count(NOTICE)


pytestmark = pytest.mark.stage("to evaluate")


@pytest.fixture
def evaluated(house: House) -> House:
    """The board has the dossier; a colleague of the board's member could take it as well."""
    house.person("ban.hai", ("board-member", "bcd-antt-xa-minh-hoa"))
    return house


def test_a_comment_is_for_those_who_handle_the_case_unless_it_is_marked(evaluated: House) -> None:
    house = evaluated
    write(house, BOARD, "Nội bộ")
    write(house, BOARD, "Gửi đơn vị", for_unit=True)
    write(house, UNIT, "Đơn vị trả lời")

    assert read(house, BOARD) == ["Nội bộ", "Gửi đơn vị", "Đơn vị trả lời"]
    assert read(house, UNIT) == ["Gửi đơn vị", "Đơn vị trả lời"]
    assert [event.payload["for_unit"] for event in house.events(COMMUNE_UNIT, "CommentAdded")] == [False, True, True]


def test_those_are_told_who_may_read_it_and_nobody_of_their_own(evaluated: House) -> None:
    house = evaluated
    write(house, BOARD, "Nội bộ")
    assert (told(house, UNIT), told(house, BOARD), told(house, "ban.hai")) == (0, 0, 1)
    write(house, BOARD, "Gửi đơn vị", for_unit=True)
    assert (told(house, UNIT), told(house, BOARD), told(house, "ban.hai")) == (1, 0, 2)
    write(house, UNIT, "Đơn vị trả lời")
    assert (told(house, UNIT), told(house, BOARD), told(house, "ban.hai")) == (1, 1, 3)


def test_who_is_named_is_told_if_they_may_read_it(evaluated: House) -> None:
    house = evaluated
    manager = house.actor("quanly.tinh").name
    write(house, BOARD, f"Xin ý kiến @{manager} và @thuongtruc.thuongxuan.")
    assert (told(house, "quanly.tinh"), told(house, "thuongtruc.thuongxuan")) == (1, 1)

    write(house, BOARD, f"@{UNIT} @danhgia.langgieng @khong.co ai@minhhoa.vn")
    assert (told(house, UNIT), told(house, "danhgia.langgieng")) == (0, 0), (
        "the one may not read this, the other not the case"
    )
    command = AddComment(case_id=house.case().id, text=f"@{UNIT} @danhgia.langgieng @khong.co @ban.hai ai@minhhoa.vn")
    written = house.container.comments.add(house.actor(BOARD), command)
    assert house.container.comments.unreached(house.actor(BOARD), written) == (UNIT, "danhgia.langgieng", "khong.co")


def test_what_was_written_before_readers_were_asked_for_stays_readable(evaluated: House) -> None:
    house = evaluated
    write(house, BOARD, "Ngày trước")
    with house.container.units() as uow:  # a row as the schema of before made it: the column's default
        uow._connection.exec_driver_sql("UPDATE comments SET for_unit = (1 = 1)")
        uow.commit()
    assert read(house, UNIT) == ["Ngày trước"]


def test_a_remark_that_was_opened_to_the_unit_afterwards_is_found(evaluated: House) -> None:
    house = evaluated
    write(house, BOARD, "Nội bộ")
    with house.container.units() as uow:
        uow._connection.exec_driver_sql("UPDATE comments SET for_unit = (1 = 1)")
        uow.commit()
    report = house.container.verification.verify()
    assert any("for_unit" in str(breach) for breach in report.breaches)


def test_the_newest_comments_stand_last_and_earlier_ones_a_page_further(evaluated: House) -> None:
    house, now = evaluated, evaluated.clock.now()
    case = house.case()
    with house.container.units() as uow:
        for number in range(45):  # of one moment: the order must not hang on it
            uow.comments.add(
                CommentRecord(
                    id=new_id(),
                    case_id=case.id,
                    author_id=house.users[BOARD],
                    at=now,
                    text=f"Ý {number}",
                    criterion_id="1.1" if number % 3 == 0 else None,
                    for_unit=number % 5 == 0,
                )
            )
        uow.commit()

    def page(login: str, offset: int, criterion: str | None = None) -> tuple[list[str], int]:
        found = house.container.comments.read(house.actor(login), case.id, Page(offset=offset), criterion)
        return [one.text for one in found.shown], found.total

    pages = [page(BOARD, offset) for offset in (0, 20, 40)]
    assert [(len(texts), total) for texts, total in pages] == [(20, 45), (20, 45), (5, 45)]
    assert pages[2][0] + pages[1][0] + pages[0][0] == [f"Ý {number}" for number in range(45)]
    assert page(UNIT, 0) == ([f"Ý {number}" for number in range(0, 45, 5)], 9)
    assert page(BOARD, 0, "1.1") == ([f"Ý {number}" for number in range(0, 45, 3)], 15)
