"""What one thread reads for one page it reads at one moment: over several readings, until it writes something itself."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.at_once import at_once
from tests.support.clock import FixedClock
from workflow.errors import NotFound
from workflow.store.accounts import NO_PASSWORD, UserRecord
from workflow.store.unit_of_work import UnitsOfWork

ID = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def page(units: UnitsOfWork) -> Iterator[UnitsOfWork]:
    """A page is being made."""
    units.share()
    yield units
    units.unshare()


def put(units: UnitsOfWork, value: str) -> None:
    with units() as uow:
        uow.settings.put("said", value)
        uow.commit()


def said(units: UnitsOfWork) -> str | None:
    with units.reading() as uow:
        return uow.settings.get("said")


def test_another_writer_is_not_seen_before_the_page_is_done(page: UnitsOfWork) -> None:
    put(page, "before")
    assert said(page) == "before"

    at_once(lambda: put(page, "after"))

    assert said(page) == "before"
    page.unshare()
    assert said(page) == "after"


def test_what_the_page_itself_writes_is_seen(page: UnitsOfWork) -> None:
    put(page, "before")
    assert said(page) == "before"
    put(page, "after")
    assert said(page) == "after"


def test_who_reads_already_reads_on_while_the_same_thread_writes(page: UnitsOfWork) -> None:
    put(page, "before")
    with page.reading() as uow:
        assert uow.settings.get("said") == "before"
        put(page, "after")
        assert uow.settings.get("other") is None
    assert said(page) == "after"


def test_after_an_error_one_reads_anew(page: UnitsOfWork) -> None:
    with pytest.raises(NotFound), page.reading() as uow:
        uow.accounts.get(ID)
    assert said(page) is None


def test_the_same_look_up_is_made_once(page: UnitsOfWork, clock: FixedClock, engine: sa.Engine) -> None:
    with page() as uow:
        new = UserRecord(id=ID, login="a", name="A", password_hash=NO_PASSWORD, created_at=clock.now())
        uow.accounts.add(new)
        uow.commit()
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_more: asked.append(statement))

    for _ in range(3):
        with page.reading() as uow:
            assert uow.accounts.get(ID).name == "A"

    assert len([one for one in asked if "FROM users" in one]) == 1


def test_who_asks_again_cannot_be_given_what_somebody_changed(page: UnitsOfWork, clock: FixedClock) -> None:
    """Given what was looked up once, when somebody would put something into it, then it is refused: others are given the same."""
    with page() as uow:
        uow.accounts.add(UserRecord(id=ID, login="a", name="A", password_hash=NO_PASSWORD, created_at=clock.now()))
        uow.commit()

    with page.reading() as uow:
        people: Any = uow.accounts.many([ID])
        held: Any = uow.accounts.assignments_of([ID])
        with pytest.raises(TypeError):
            people["other"] = people[ID]
        with pytest.raises(AttributeError):
            held.append(None)
        assert uow.accounts.many({ID}) is people
        assert uow.accounts.many({ID: "the keys alone are compared"}) is people
