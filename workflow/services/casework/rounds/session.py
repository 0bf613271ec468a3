"""Whether a session can be opened as it was entered: why somebody is recused, who may vote, who signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.calendar.zone import ZONE, local_date
from workflow.errors import N_, ExpressionError, InvalidInput, NotFound
from workflow.feel.expression import parse_for
from workflow.model.expressions import Expression, Value
from workflow.model.user_task import Quorum
from workflow.organisation.candidates import group_key, resolve_body
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
from workflow.recognition.rounds import unfit_voters
from workflow.services.casework.fields import FieldProblem, FormRefused
from workflow.services.casework.rounds.recusals import RECUSALS, Opening, Recusal, at_step
from workflow.services.casework.situations import days_of, tied_to_unit
from workflow.services.ground.ground import Ground
from workflow.services.ground.people import holders_of, user_names
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

_TIED = N_("%(who)s holds or held a role at the unit that is judged: name them among the recused.")
_WHO_SIGNS = N_("Nobody who could decide is left, for they are recused: say who signs the decision.")
_SIGNER_RECUSED = N_("%(who)s is recused and cannot sign the decision.")
_SIGNER_ABSENT = N_("%(who)s is not among the members present and cannot sign the decision.")
_NO_SIGNER = N_("Leave this empty: %(who)s is not recused and decides.")


def evaluated(value: Value | None, variables: Mapping[str, Any], ground: Ground) -> str | None:
    """A text of the definition, which may be FEEL over the variables; None where it comes to nothing."""
    if not isinstance(value, Expression):
        return value.text if value is not None else None
    try:
        found = parse_for(value.text, variables).evaluate(variables, now=ground.clock.now().astimezone(ZONE)).value
    except ExpressionError:
        return None
    return None if found is None else str(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the opening of a session is checked against."""

    ground: Ground
    uow: UnitOfWork
    package: ProcedurePackage
    case: UnitCase
    task: TaskRecord
    variables: Mapping[str, Any]

    def recusals(
        self, rule: Quorum, values: Mapping[str, Any], entries: Mapping[str, Any], *, opens: bool
    ) -> tuple[dict[str, Any], list[Recusal]]:
        """What the result says of the recusals, and those that are lifted. Raises `FormRefused`."""
        if rule.recused is None or rule.reasons is None:
            return {}, []
        earlier = at_step(self.package, self.task.node_id, self.variables, rule)
        ticked = list(values.get(rule.recused) or ())
        names = user_names(self.uow, [*ticked, *(one.person for one in earlier)])
        opening = Opening(rule, earlier, ticked, entries, names)
        found, lifted, problems = opening.outcome() if opens else (opening.carried(), [], [])
        if problems:
            raise FormRefused(problems)
        here = [one for one in found if one.person in ticked]
        return {rule.reasons: opening.told(here), RECUSALS: [one.as_variables() for one in found]}, lifted

    def check(self, rule: Quorum, values: Mapping[str, Any]) -> None:
        """Raise `FormRefused` with every fault at its field."""
        recused = set(values.get(rule.recused) or ()) if rule.recused else set()
        present = [one for one in values.get(rule.present) or () if one not in recused]
        tied = self._tied()
        problems = []
        for voter in unfit_voters(present, tied):
            problems.append(self._about(rule.present, _TIED, voter))
        if rule.signer is not None and rule.decides is not None:
            deciders = [one for one in self.deciders(rule.decides) if one not in recused | tied]
            signers = list(values.get(rule.signer) or ())
            problems += self._signing(rule.signer, deciders, signers, present, recused)
        if problems:
            raise FormRefused(problems)

    def deciders(self, node_id: str) -> list[str]:
        """Who holds the role of the deciding task at its body today."""
        spec = spec_of(self.package, node_id)
        roles = [
            role for role in (evaluated(one, self.variables, self.ground) for one in spec.candidate_groups) if role
        ]
        body = self._body(evaluated(spec.jurisdiction, self.variables, self.ground))
        if body is None:
            return []
        groups = [group_key(self.package.held_as(role), body) for role in roles]
        return list(holders_of(self.uow, groups, local_date(self.ground.clock.now())))

    def _signing(
        self, field: str, deciders: list[str], signers: list[str], present: list[str], recused: set[str]
    ) -> list[FieldProblem]:
        if deciders:
            return [self._about(field, _NO_SIGNER, deciders[0])] if signers else []
        if not signers:
            return [FieldProblem(field_id=field, template=_WHO_SIGNS)]
        if signers[0] in recused:
            return [self._about(field, _SIGNER_RECUSED, signers[0])]
        return [] if signers[0] in present else [self._about(field, _SIGNER_ABSENT, signers[0])]

    def _tied(self) -> set[str]:
        today = local_date(self.ground.clock.now())
        return tied_to_unit(self.uow, self.case, days_of(self.case, today))

    def _body(self, jurisdiction: str | None) -> str | None:
        if jurisdiction is None:
            return self.task.organisation_id
        try:
            return resolve_body(
                self.ground.register.tree(self.uow), jurisdiction, self.case.unit_id, self.case.as_of_on
            )
        except (NotFound, InvalidInput):
            return None

    def _about(self, field: str, template: str, person: str) -> FieldProblem:
        who = user_names(self.uow, [person]).get(person, person)
        return FieldProblem(field_id=field, template=template, params={"who": who})
