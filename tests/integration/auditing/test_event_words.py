"""The words of events are kept soon after them: no step waits for it, and no search misses the newest."""

from tests.integration.auditing.conftest import Tamper
from tests.integration.auditing.support import Court
from workflow.services.auditing.event_words import EventWords
from workflow.services.auditing.trail import EventQuery
from workflow.services.casework.comments import AddComment
from workflow.store.rows import Page


def comment(court: Court, text: str) -> None:
    court.app.comments.add(court.officer, AddComment(case_id=court.case_id, text=text))


def found(court: Court, text: str) -> int:
    return court.app.audit.search_events(court.auditor, EventQuery(text=text), Page())[1]


def test_what_was_written_just_now_is_found(court: Court) -> None:
    comment(court, "Đường làng đã thắp sáng")

    assert found(court, "thap sang") == 1


def test_each_event_is_taken_up_once(court: Court) -> None:
    words = EventWords(court.app.ground)
    assert words.catch_up() > 0
    assert words.catch_up() == 0

    comment(court, "Tổ liên gia số 7")

    assert words.catch_up() == 1
    assert found(court, "lien gia") == 1


def test_what_is_committed_late_is_taken_up_too(court: Court, tamper: Tamper) -> None:
    """Its id was made before those of others, whose words are kept already."""
    words = EventWords(court.app.ground)
    comment(court, "Việc đến muộn")
    comment(court, "Việc đến sau")
    words.catch_up()
    assert tamper("DELETE FROM event_words WHERE folded_words LIKE '% muon%'") == 1

    assert words.catch_up() == 1
    assert found(court, "den muon") == 1
