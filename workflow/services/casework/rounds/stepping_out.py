"""A member who takes no part in a case while the vote on it is open: their part is taken out of the round, and what is left goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflow.audit.facts.recusals import MemberSteppedOut
from workflow.engine import commands as cmd
from workflow.errors import N_, InvalidInput
from workflow.lifecycle.user_task import USER_TASK
from workflow.model.user_task import Quorum
from workflow.organisation.authority import Actor
from workflow.packages.tasks import spec_of
from workflow.services.casework.completion import quorum_of
from workflow.services.casework.fields import LONGEST
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.lookup import opening_of
from workflow.services.casework.rounds.recusals import LEAST, RECUSALS, Opening, Recusal, recorded
from workflow.services.casework.rounds.session import Session
from workflow.services.casework.situations import TaskSituation, task_variables
from workflow.services.casework.tasks import TaskCommand
from workflow.services.ground.access import provenance
from workflow.services.ground.people import user_names
from workflow.spelling import entered, legible, length
from workflow.store.unit_of_work import UnitOfWork

_WHY = N_("Say why you take no part, in at least %(least)s characters.")
_TOO_LONG = N_("At most %(longest)s characters.")
_NOT_OWN = N_("Only whoever has this part of the vote takes no part in it; nobody says so for another.")
_NO_VOTE = N_("This is no vote in which somebody can take no part.")


class CannotSpare(InvalidInput):
    """Without you this vote could not be decided: a manager takes the case back to its opening, where you are put down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOut(TaskCommand):
    """Take no part in the vote that one has an open part of, and say why."""

    reason: str


class RoundService:
    """Raises `NotFound` for tasks that the actor may not see."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def step_out(self, actor: Actor, command: StepOut) -> None:
        """Put the actor down as recused and end their part: the quorum and the votes are counted without it.

        Raises `CannotSpare` where too few would be left, or nobody who decides; `InvalidInput`, `TransitionRefused`.
        """
        reason = entered(command.reason)
        if legible(reason) < LEAST:
            raise InvalidInput(_WHY, least=LEAST)
        if length(reason) > LONGEST["text"]:
            raise InvalidInput(_TOO_LONG, longest=LONGEST["text"])

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, command.task_id)
            task, by = found.task, provenance(actor, found.assignment, access.now, command.command_id)
            if task.assignee_id != actor.user_id:
                raise InvalidInput(_NOT_OWN)
            with self._ground.refusals(uow, access, found):
                USER_TASK.move(task.state, "complete", replace(found.context, assessment_complete=True, missing=()))
            opening, result = self._result(uow, found, actor, reason)
            if task.draft is not None:  # what was entered of the vote is nobody's to read
                uow.tasks.save(replace(task, draft=None))
            out = cmd.WithdrawInstance(activity_id=task.activity_id, variables={opening: result})
            fact = MemberSteppedOut(node_id=task.node_id, task_id=task.id, person=actor.user_id, reason=reason)
            self._ground.steps.apply(uow, found.case, out, by, [fact])
            return {"task_id": task.id}

        self._ground.carry_out(actor, command, work)

    def _result(self, uow: UnitOfWork, found: TaskSituation, actor: Actor, reason: str) -> tuple[str, dict[str, Any]]:
        """The node of the opening, and what its result says from now on."""
        package, case, task = found.package, found.case, found.task
        opening = opening_of(package, task.node_id)
        rule = spec_of(package, opening).quorum if opening else None
        if opening is None or rule is None or rule.recused is None or rule.reasons is None:
            raise InvalidInput(_NO_VOTE)
        variables = task_variables(case, task)
        former = dict(variables.get(opening) or {})
        recusals = [one for one in recorded(former, rule.recused, rule.reasons) if one.person != actor.user_id]
        recusals.append(Recusal(person=actor.user_id, reason=reason))
        away = [*(former.get(rule.recused) or ()), actor.user_id]
        result = {**former, rule.recused: away}
        result["quorum"] = quorum_of(rule, result)
        session = Session(ground=self._ground, uow=uow, package=package, case=case, task=task, variables=variables)
        if not result["quorum"]["met"] or not _decided(session, rule, result, set(away)):
            raise CannotSpare()
        names = user_names(uow, [one.person for one in recusals])
        told = Opening(rule, (), away, {}, names).told(one for one in recusals if one.person in away)
        return opening, result | {rule.reasons: told, RECUSALS: [one.as_variables() for one in recusals]}


def _decided(session: Session, rule: Quorum, result: Mapping[str, Any], away: set[str]) -> bool:
    """Whether somebody is left who decides: the signer whom the opening named, else a holder of the role."""
    signers = list(result.get(rule.signer) or ()) if rule.signer else []
    if rule.decides is None or set(signers) & away:
        return not signers
    return bool(signers or [one for one in session.deciders(rule.decides) if one not in away])
