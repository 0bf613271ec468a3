"""Whatever is changed behind the application's back is found and named."""

from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.auditing.conftest import Tamper
from tests.integration.auditing.support import Court
from tests.support.world import command
from workflow.audit.breach import BreachKind as Kind
from workflow.audit.checkpoint import checkpoint_hash
from workflow.services.auditing.checkpoints import RequestCheckpoint, RotateAuditKey
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.comments import AddComment


@pytest.fixture(autouse=True)
def covered(court: Court) -> None:
    """An assessed case under a checkpoint."""
    court.assess()
    court.app.checkpoints.make(None, RequestCheckpoint())


def test_what_the_application_wrote_verifies(court: Court) -> None:
    report = court.app.verification.verify()

    assert report.breaches == ()
    assert report.events > 100
    assert report.uncovered == 0


def test_one_changed_byte_is_named(court: Court, tamper: Tamper) -> None:
    changed = tamper(
        "UPDATE events SET payload = replace(payload, 'not_met', 'nOt_met')"
        " WHERE stream = :stream AND type = 'CriterionAssessed' AND payload LIKE '%\"to\":%not_met%'"
        " AND payload NOT LIKE '%\"from\":{%'",
        stream=court.stream,
    )
    (seq,) = (e.seq for e in court.world.events(court.stream) if "nOt_met" in str(e.payload))

    assert changed == 1
    assert (Kind.CHANGED, court.stream, seq) in court.faults()


def test_every_column_of_an_event_is_covered(court: Court, tamper: Tamper) -> None:
    columns = ("type", "actor", "role", "organisation", "command_id", "province", "id", "hash", "on_behalf_of")
    for seq, column in enumerate(columns, 3):
        tamper(f"UPDATE events SET {column} = 'x' WHERE stream = :s AND seq = :q", s=court.stream, q=seq)  # noqa: S608

    changed = {seq for kind, stream, seq in court.faults() if kind is Kind.CHANGED and stream == court.stream}
    assert changed == set(range(3, 3 + len(columns)))


def test_a_moved_instant_is_named(court: Court, tamper: Tamper) -> None:
    tamper(
        "UPDATE events SET at = '2023-01-01 00:00:00.000000' WHERE stream = :stream AND seq = 3", stream=court.stream
    )

    assert (Kind.CHANGED, court.stream, 3) in court.faults()


def test_a_payload_that_is_no_json_any_more_does_not_stop_the_rest(court: Court, tamper: Tamper) -> None:
    tamper("UPDATE events SET payload = '{' WHERE stream = :stream AND seq = 3", stream=court.stream)

    faults = court.faults()
    assert (Kind.CHANGED, court.stream, 3) in faults
    assert {stream for _, stream, _ in faults} == {court.stream}


def test_a_removed_event_is_named(court: Court, tamper: Tamper) -> None:
    tamper("DELETE FROM events WHERE stream = :stream AND seq = 5", stream=court.stream)

    assert (Kind.REMOVED, court.stream, 5) in court.faults()


def test_two_exchanged_events_are_named(court: Court, tamper: Tamper) -> None:
    for old, new in ((4, 1004), (5, 4), (1004, 5)):
        tamper("UPDATE events SET seq = :new WHERE stream = :s AND seq = :old", s=court.stream, old=old, new=new)

    faults = court.faults()
    assert {(Kind.REORDERED, court.stream, 4), (Kind.REORDERED, court.stream, 5)} <= faults


def test_a_cut_tail_is_named_even_if_the_head_was_moved_back(court: Court, tamper: Tamper) -> None:
    last = court.world.events(court.stream)[-3]
    tamper("DELETE FROM events WHERE stream = :s AND seq > :seq", s=court.stream, seq=last.seq)
    tamper("UPDATE stream_heads SET seq = :q, hash = :h WHERE stream = :s", s=court.stream, q=last.seq, h=last.hash)

    assert (Kind.CUT, court.stream, last.seq + 1) in court.faults()


def test_a_whole_stream_cannot_vanish(court: Court, tamper: Tamper) -> None:
    tamper("DELETE FROM events WHERE stream = :stream", stream=court.stream)
    tamper("DELETE FROM stream_heads WHERE stream = :stream", stream=court.stream)

    assert (Kind.CUT, court.stream, 1) in court.faults()


def test_an_event_filed_under_another_criterion_is_named(court: Court, tamper: Tamper) -> None:
    tamper("UPDATE events SET criterion = 'I.99' WHERE stream = :s AND type = 'EvidenceAdded'", s=court.stream)
    (event,) = (e for e in court.world.events(court.stream) if e.type == "EvidenceAdded")

    assert court.faults() == {(Kind.INDEX, court.stream, event.seq)}


def test_a_case_that_differs_from_its_events_is_named_with_each_difference(court: Court, tamper: Tamper) -> None:
    tamper(
        "UPDATE cases SET outcome = 'recognised', status = 'completed', decision_number = '1/QĐ',"
        " unit_id = 'xa-lang-gieng', state = replace(state, :old, :new) WHERE id = :id",
        id=court.case_id,
        old='"node_id":"self_assessment"',
        new='"node_id":"evaluation"',
    )

    breaches = court.app.verification.verify().breaches
    assert {(breach.kind, breach.stream) for breach in breaches} == {
        (Kind.PROJECTION, court.stream),
        (Kind.ROW_CHANGED, f"cases {court.case_id}"),
    }
    breaches = tuple(breach for breach in breaches if breach.kind is Kind.PROJECTION)
    named = {str(breach.expected).partition(":")[0] for breach in breaches}
    assert named == {"outcome", "status", "decision_number", "unit_id", "state.activities"}


def test_a_case_that_no_event_speaks_of_is_named(court: Court, tamper: Tamper) -> None:
    tamper("DELETE FROM events WHERE stream = :stream", stream=court.stream)
    tamper("DELETE FROM stream_heads WHERE stream = :stream", stream=court.stream)
    tamper("DELETE FROM checkpoints")

    assert (Kind.PROJECTION, court.stream, None) in court.faults()


def test_evidence_that_is_said_to_be_another_file_is_named(court: Court, tamper: Tamper) -> None:
    tamper("UPDATE evidence SET sha256 = :other", other="0" * 64)

    assert {kind for kind, _, _ in court.faults()} == {Kind.PROJECTION, Kind.ROW_CHANGED}


def test_evidence_files_that_are_changed_or_gone_are_named(court: Court, tmp_path: Path) -> None:
    (event,) = (e for e in court.world.events(court.stream) if e.type == "EvidenceAdded")
    sha256 = event.payload["evidence_sha256"]
    place = tmp_path / "evidence" / sha256[:2] / sha256

    place.write_bytes(place.read_bytes() + b" ")
    assert court.faults() == {(Kind.EVIDENCE_CHANGED, court.stream, event.seq)}

    place.unlink()
    assert court.faults() == {(Kind.EVIDENCE_MISSING, court.stream, event.seq)}


def test_a_published_file_that_was_altered_is_named(court: Court, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE definition_files SET content = :c WHERE path = 'procedure.toml'"), {"c": b"x"}
        )

    assert {kind for kind, _, _ in court.faults()} == {Kind.DEFINITION, Kind.ROW_CHANGED}


def test_a_changed_checkpoint_is_named(court: Court, tamper: Tamper) -> None:
    tamper("UPDATE checkpoints SET body = replace(body, :old, :new)", old='"events":', new='"events":1')

    assert Kind.CHECKPOINT_SIGNATURE in {kind for kind, _, _ in court.faults()}


def test_damaged_checkpoints_are_each_named_and_do_not_stop_the_rest(court: Court, tamper: Tamper) -> None:
    changes = ("body = 'x'", "kind = 'x'", "leaves = ''", "signature = 'x'")
    made = [court.app.checkpoints.make(None, RequestCheckpoint()) for _ in changes]
    for checkpoint, change in zip(made, changes, strict=True):
        tamper(f"UPDATE checkpoints SET {change} WHERE id = :id", id=checkpoint.id)  # noqa: S608

    assert {stream for _, stream, _ in court.faults()} == {f"checkpoint:{one.id}" for one in made}


def test_the_newest_checkpoint_cannot_vanish_once_its_hash_was_noted(court: Court, tamper: Tamper) -> None:
    noted = checkpoint_hash(court.app.checkpoints.make(None, RequestCheckpoint()))
    assert court.faults(noted) == set()

    tamper("DELETE FROM checkpoints")
    assert (Kind.CHECKPOINT_MISSING, "checkpoints", None) in court.faults(noted)


def test_checkpoints_that_events_name_cannot_vanish(court: Court, tamper: Tamper) -> None:
    court.app.checkpoints.make(None, RequestCheckpoint())
    court.app.checkpoints.rotate_key(None, RotateAuditKey())
    court.app.bundles.write(court.case_id, BytesIO())

    tamper("DELETE FROM checkpoints")

    gone = [(stream, seq) for kind, stream, seq in court.faults() if kind is Kind.CHECKPOINT_GONE]
    assert {stream for stream, _ in gone} == {"audit", "checkpoints", court.stream}
    assert len(gone) == 8, "each by the event that asked for it and by that of its signing"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("outcome = 'return'", "outcome"),
        ("reason = 'khác'", "reason"),
        ("completed_by = 'x'", "completed_by"),
        ("assignee_id = 'x'", "assignee_id"),
        ("state = 'cancelled'", "state"),
        ("due_at = NULL", "due_at"),
        ("ended_at = created_at", "ended_at"),
    ],
)
def test_a_completed_task_that_differs_from_its_events_is_named(
    court: Court, tamper: Tamper, change: str, named: str
) -> None:
    assert tamper(f"UPDATE user_tasks SET {change} WHERE node_id = 'registration'")  # noqa: S608

    assert differences(court) == [(court.stream, f"task registration {named}")]


def test_an_open_task_given_to_another_is_named(court: Court, tamper: Tamper) -> None:
    tamper("UPDATE user_tasks SET assignee_id = 'x' WHERE id = :id", id=court.task().id)

    assert differences(court) == [(court.stream, "task self_assessment assignee_id")]


def test_a_decision_that_nobody_took_is_named(court: Court, tamper: Tamper) -> None:
    tamper("UPDATE user_tasks SET state = 'completed', outcome = 'submit' WHERE id = :id", id=court.task().id)

    assert [name.rpartition(" ")[2] for _, name in differences(court)] == ["state", "outcome"]


def test_tasks_of_a_case_that_rested_hold(court: Court) -> None:
    manager = court.as_manager()
    court.app.cases.move(manager, CaseCommand(case_id=court.case_id, trigger="suspend", reason="Chờ"))
    assert court.faults() == set()

    court.app.cases.move(manager, CaseCommand(case_id=court.case_id, trigger="resume", reason="Tiếp"))
    assert court.faults() == set()


def test_remarks_that_differ_from_their_events_are_named(court: Court, tamper: Tamper) -> None:
    court.app.comments.add(court.officer, AddComment(case_id=court.case_id, text="Còn thiếu"))
    assert court.faults() == set()

    tamper("UPDATE comments SET text = 'Đủ'")
    assert differences(court) == [(court.stream, "comment text")]

    tamper("DELETE FROM comments")
    assert [stream for stream, _ in differences(court)] == [court.stream]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE role_assignments SET role = 'administrator' WHERE role = 'unit-officer'", "role"),
        ("UPDATE role_assignments SET organisation_id = 'thanh-hoa' WHERE role = 'unit-officer'", "organisation_id"),
        ("UPDATE role_assignments SET valid_to = '2023-01-01' WHERE role = 'unit-officer'", "valid_to"),
        ("UPDATE users SET name = 'x' WHERE login = 'can-bo'", "name"),
        ("UPDATE users SET ended_at = created_at WHERE login = 'can-bo'", "ended_at"),
    ],
)
def test_accounts_and_roles_that_differ_from_their_events_are_named(
    court: Court, tamper: Tamper, statement: str, named: str
) -> None:
    assert tamper(statement) == 1

    ((stream, difference),) = differences(court)
    assert (stream, difference.split()[2]) == ("accounts", named)


def test_a_role_that_no_event_gave_is_named(court: Court, tamper: Tamper) -> None:
    tamper(
        "INSERT INTO role_assignments (id, user_id, role, organisation_id, valid_from, paper)"
        " SELECT :id, user_id, 'administrator', organisation_id, valid_from, '' FROM role_assignments"
        " WHERE role = 'unit-officer'",
        id=command(),
    )

    assert differences(court) == [("accounts", "no role")]


def differences(court: Court) -> list[tuple[str, str]]:
    """Stream, and what differs, of each breach; there are none but those of projections."""
    breaches = court.app.verification.verify().breaches
    assert {breach.kind for breach in breaches} <= {Kind.PROJECTION} | seals({breach.kind for breach in breaches})
    told = [breach for breach in breaches if breach.kind is Kind.PROJECTION]
    return [(breach.stream, str(breach.expected).partition(":")[0]) for breach in told]


def seals(kinds: set[Kind]) -> set[Kind]:
    """Those of the kinds by which the row's seal tells the same."""
    return kinds & {Kind.ROW_CHANGED, Kind.ROW_ADDED, Kind.ROW_GONE}
