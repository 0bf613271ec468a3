"""User tasks: somebody can do them, their outcomes and fields are consistent, the tasks they name exist."""

from collections import Counter
from collections.abc import Iterable, Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import UserTask
from workflow.model.findings import Finding
from workflow.model.validation.containers import found


def check_people(definition: ProcessDefinition) -> Iterator[Finding]:
    for task in definition.user_tasks.values():
        if not task.spec.candidate_groups and task.spec.assignee is None:
            yield found(
                "nobody-to-do-it",
                task,
                N_("The task “%(element)s” names neither candidate groups nor an assignee."),
                N_("Choose the role that does it."),
            )


def check_outcomes(definition: ProcessDefinition) -> Iterator[Finding]:
    for task in definition.user_tasks.values():
        if not task.spec.outcomes:
            yield found(
                "no-outcomes",
                task,
                N_("The task “%(element)s” has no outcome, so it can never be completed."),
                N_("Add at least one outcome."),
            )
        yield from _twice(task, "duplicate-outcome", (outcome.id for outcome in task.spec.outcomes))


def check_fields(definition: ProcessDefinition) -> Iterator[Finding]:
    for task in definition.user_tasks.values():
        yield from _twice(task, "duplicate-field", (field.id for field in task.spec.fields))
        yield from _twice(task, "duplicate-paper", (paper.id for paper in task.spec.papers))
        users = {field.id for field in task.spec.fields if field.kind == "users"}
        for field in task.spec.fields:
            if field.within is not None and field.within not in users - {field.id}:
                yield _unknown(task, "unknown-within", field.within)
            if field.kind == "choice" and not field.choices:
                yield found(
                    "choice-without-choices",
                    task,
                    N_("The field “%(field)s” of “%(element)s” has nothing to choose from."),
                    N_("Add its choices."),
                    field=field.id,
                )


def check_quorum(definition: ProcessDefinition) -> Iterator[Finding]:
    for task in definition.user_tasks.values():
        quorum = task.spec.quorum
        if quorum is None:
            continue
        users = {field.id for field in task.spec.fields if field.kind == "users"}
        for name in (quorum.roster, quorum.present, quorum.recused):
            if name is not None and name not in users:
                yield _unknown(task, "unknown-quorum-field", name)
        if not 0 < quorum.numerator <= quorum.denominator:
            yield found(
                "quorum-share",
                task,
                N_("The quorum of “%(element)s” is not a share of its roster: %(share)s."),
                N_("Write a fraction such as 2/3."),
                share=f"{quorum.numerator}/{quorum.denominator}",
            )


def check_other_tasks(definition: ProcessDefinition) -> Iterator[Finding]:
    """Tasks named for separation of duties, comparison and carrying over exist and are other tasks."""
    for task in definition.user_tasks.values():
        spec = task.spec
        carried = (spec.carry_over,) if spec.carry_over is not None else ()
        for attribute, names in (
            ("separateFrom", spec.separate_from),
            ("compareWith", spec.compare_with),
            ("carryOver", carried),
        ):
            for name in names:
                if name not in definition.user_tasks or (name == task.id and attribute == "separateFrom"):
                    yield found(
                        "unknown-task",
                        task,
                        N_("%(attribute)s of “%(element)s” names “%(name)s”, which is no other user task."),
                        N_("Choose a user task of this process."),
                        attribute=attribute,
                        name=name,
                    )


def check_criteria(definition: ProcessDefinition) -> Iterator[Finding]:
    """What concerns criteria needs a criteria set."""
    for task in definition.user_tasks.values():
        spec = task.spec
        needs = spec.completeness != "none" or spec.compare_with or spec.carry_over
        if needs and spec.criteria_set is None:
            yield found(
                "criteria-without-set",
                task,
                N_("“%(element)s” asks for results of criteria but names no criteria set."),
                N_("Choose a criteria set, or delete what concerns criteria."),
            )


def _twice(task: UserTask, rule: str, ids: Iterable[str]) -> Iterator[Finding]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield found(
                rule,
                task,
                N_("“%(name)s” occurs %(count)s times in “%(element)s”."),
                N_("Give each an id of its own."),
                name=name,
                count=count,
            )


def _unknown(task: UserTask, rule: str, name: str) -> Finding:
    return found(
        rule,
        task,
        N_("“%(element)s” names the field “%(name)s”, which is no field for people of this task."),
        N_("Name a field of kind users."),
        name=name,
    )
