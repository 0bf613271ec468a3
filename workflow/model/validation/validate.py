"""The table of structural rules on a process, and the one function that applies them.

What a file can break (flows that lead nowhere, ids used twice, services without handlers) is refused where the file is read, before there is
a process: see `docs/explanation/checks.md`.
"""

from workflow.model.definition import ProcessDefinition
from workflow.model.findings import Finding
from workflow.model.validation import activities, events, flows, starts_and_ends
from workflow.model.validation.containers import Rule

RULES: tuple[Rule, ...] = (
    starts_and_ends.check_starts,
    starts_and_ends.check_ends,
    starts_and_ends.check_connections_of_events,
    starts_and_ends.check_unreachable,
    starts_and_ends.check_dead_ends,
    starts_and_ends.check_way_out,
    flows.check_defaults,
    flows.check_missing_conditions,
    flows.check_needless_conditions,
    flows.check_lonely_conditions,
    events.check_times,
    events.check_error_codes,
    activities.check_empty_subprocesses,
    activities.check_multi_instance,
    activities.check_people,
    activities.check_outcomes,
    activities.check_papers,
    activities.check_quorum,
    activities.check_other_tasks,
    activities.check_criteria,
)


def validate(definition: ProcessDefinition) -> list[Finding]:
    """Return every structural fault of the process, in the order of the rules. It never raises."""
    return [finding for rule in RULES for finding in rule(definition)]
