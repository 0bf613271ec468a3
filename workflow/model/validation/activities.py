"""Activities: subprocesses and loops; user tasks can be done by somebody, and the fields and tasks that they name exist."""

from collections import Counter
from collections.abc import Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import Activity, MultiInstance, SubProcess
from workflow.model.findings import Finding
from workflow.model.validation.containers import found


def check_empty_subprocesses(definition: ProcessDefinition) -> Iterator[Finding]:
    for node in definition.all_nodes.values():
        if isinstance(node, SubProcess) and not node.nodes:
            yield found(
                "empty-subprocess",
                node,
                N_("The subprocess “%(element)s” is empty."),
                N_("Put steps into it, or delete it."),
            )


def check_multi_instance(definition: ProcessDefinition) -> Iterator[Finding]:
    """A loop counts either numbers or the items of a collection."""
    for node in definition.all_nodes.values():
        if isinstance(node, Activity) and node.multi_instance is not None:
            yield from _check_loop(node, node.multi_instance)


def _check_loop(node: Activity, loop: MultiInstance) -> Iterator[Finding]:
    if (loop.collection is None) == (loop.cardinality is None):
        yield found(
            "loop-without-bounds",
            node,
            N_("The multi-instance activity “%(element)s” needs either a collection or a number of instances."),
            N_("Fill in one of the two."),
        )
    if loop.element_variable and loop.collection is None:
        yield found(
            "element-without-collection",
            node,
            N_("“%(element)s” has a variable for an item but no collection."),
            N_("Fill in the collection, or delete the variable."),
        )


# User tasks: somebody can do them, and the fields and tasks that they name exist.


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


def check_papers(definition: ProcessDefinition) -> Iterator[Finding]:
    for task in definition.user_tasks.values():
        for name, count in Counter(paper.id for paper in task.spec.papers).items():
            if count > 1:
                yield found(
                    "duplicate-paper",
                    task,
                    N_("“%(name)s” occurs %(count)s times in “%(element)s”."),
                    N_("Give each an id of its own."),
                    name=name,
                    count=count,
                )


def check_quorum(definition: ProcessDefinition) -> Iterator[Finding]:
    for task in definition.user_tasks.values():
        quorum = task.spec.quorum
        if quorum is None:
            continue
        users = {field.id for field in task.spec.fields if field.kind == "users"}
        for name in (quorum.roster, quorum.present, quorum.recused, quorum.signer):
            if name is not None and name not in users:
                yield found(
                    "unknown-quorum-field",
                    task,
                    N_("“%(element)s” names the field “%(name)s”, which is no field for people of this task."),
                    N_("Name a field of kind users."),
                    name=name,
                )
        texts = {field.id for field in task.spec.fields if field.kind in ("text", "longtext")}
        if quorum.reasons is not None and quorum.reasons not in texts:
            yield found(
                "unknown-quorum-field",
                task,
                N_("“%(element)s” names the field “%(name)s”, which is no field for a text of this task."),
                N_("Name a field of kind text or longtext."),
                name=quorum.reasons,
            )
        if (quorum.signer is None) != (quorum.decides is None):
            yield found(
                "quorum-signer",
                task,
                N_("“%(element)s” says who signs but not which task, or which task but not who signs."),
                N_("Name both the field of the signer and the task that the session leads to, or neither."),
            )


def check_other_tasks(definition: ProcessDefinition) -> Iterator[Finding]:
    """Tasks named for separation of duties, comparison and carrying over exist and are other tasks."""
    for task in definition.user_tasks.values():
        spec = task.spec
        carried = (spec.carry_over,) if spec.carry_over is not None else ()
        decided = (spec.quorum.decides,) if spec.quorum is not None and spec.quorum.decides is not None else ()
        for attribute, names in (
            ("separateFrom", spec.separate_from),
            ("compareWith", spec.compare_with),
            ("carryOver", carried),
            ("closedUntil", spec.closed_until),
            ("decides", decided),
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
        needs = spec.needs != "none" or spec.compare_with or spec.carry_over
        if needs and spec.criteria_set is None:
            yield found(
                "criteria-without-set",
                task,
                N_("“%(element)s” asks for results of criteria but names no criteria set."),
                N_("Choose a criteria set, or delete what concerns criteria."),
            )
