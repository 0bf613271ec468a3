"""The dry run of one case: the engine's answer for its state as it is now, and whether somebody is found for each task."""

from workflow.engine import commands as cmd, events as ev, migration_events as me
from workflow.engine.decide import advance
from workflow.engine.serialise import state_from_json
from workflow.engine.state import ProcessState
from workflow.errors import TransitionRefused, WorkflowError
from workflow.services.access import Access
from workflow.services.assignment import resolve_candidates
from workflow.services.event_names import node_label
from workflow.services.migration.moving import STUCK
from workflow.services.migration.planning import Versions, message
from workflow.services.migration.records import Message, MigrationWish, TrialResult
from workflow.services.migration.showing import unit_label
from workflow.store.cases import CaseRecord


def trial(access: Access, versions: Versions, wish: MigrationWish, case: CaseRecord) -> TrialResult:
    """Nothing is written: whether the case would move, and where it would stand then."""
    refusal: Message | None = None
    after: ProcessState | None = None
    try:
        after = _tried(access, versions, wish, case)
    except WorkflowError as error:
        refusal = message(error.template, error.params)
    waiting = after.activities.values() if after is not None else ()
    nodes = dict.fromkeys(activity.node_id for activity in waiting if activity.waits_for == "user")
    return TrialResult(
        case_id=case.id,
        business_key=case.business_key,
        unit=unit_label(access.tree, case.unit_id),
        moved=after is not None,
        steps=tuple(node_label(versions.new.package, node) for node in nodes),
        refusal=refusal,
    )


def _tried(access: Access, versions: Versions, wish: MigrationWish, case: CaseRecord) -> ProcessState:
    state = state_from_json(case.state) if case.state is not None else None
    command = cmd.MigrateProcess(
        old=versions.old.program,
        from_version=wish.from_version,
        to_version=wish.to_version,
        mapping=wish.mapping,
    )
    events, after = advance(versions.new.program, state, command, access.now)
    for event in events:
        if isinstance(event, ev.IncidentOpened):
            raise TransitionRefused(STUCK)
        if isinstance(event, ev.UserTaskCreated | me.UserTaskMigrated):
            resolve_candidates(access.tree, event.candidate_groups, event.jurisdiction, case.unit_id, case.as_of_on)
    return after
