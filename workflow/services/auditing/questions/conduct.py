"""Acts that somebody should perhaps not have done: one small rule each, in one table, with what it rests on.

A line accuses nobody. It says which rule an act meets, so that an auditor looks at it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from workflow.audit.facts.casework import TaskDelegated, TaskReassigned
from workflow.calendar.zone import ZONE, local_date
from workflow.errors import N_, InvalidInput
from workflow.model.user_task import Label
from workflow.services.auditing.questions.powers import Act, Background, Holding
from workflow.services.auditing.questions.question import Asked, CaseNamed, Cell, Scene, chosen, period
from workflow.services.auditing.teller import filled_in
from workflow.services.auditing.timeline import in_batches
from workflow.services.auditing.vocabulary import DECISIONS, types_of
from workflow.services.ground.labels import same
from workflow.services.ground.language import word
from workflow.spelling import entered
from workflow.store.auditing import EventFilter
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord

MOST_ACTS = 20_000
ACTS = (types_of(DECISIONS) or frozenset()) | {TaskReassigned.__name__, TaskDelegated.__name__}
"""What is looked at: decisions, and who was given work by whom."""
_TOO_MANY = N_(
    "%(acts)s acts would have to be looked through; at most %(limit)s are. Narrow the filters, for instance to a period."
)
_NO_ROLE = N_("On that day the person did not hold this role there.")
_GIVEN_LATER = N_("The role was entered only on %(day)s, after the act.")
_NO_DEPUTY = N_("On that day no deputyship for this role was in force.")
_NO_PAPER = N_("No decision is named for the role.")
_OWN_UNIT = N_("On that day the person also held the role %(role)s at the unit that is judged.")
_STAGE = N_("The same person finished “%(step)s” on %(day)s, in another stage of this case.")
_ROUND = N_("The same person took part in the round of “%(step)s” on %(day)s.")
_FRESH_ROLE = N_("The role was given on %(day)s by %(who)s.")
_FRESH_WAY = N_("The way into the account was renewed on %(day)s by %(who)s.")
_DEPUTY = N_("Done on behalf of %(who)s. Paper: %(paper)s.")
_NIGHT = N_("At %(time)s, local time.")

_ISO = N_("ISO/IEC 27001:2022, A.5.15 and A.5.18: nobody acts beyond the rights that were given to them.")
_DUTIES = N_("ISO/IEC 27001:2022, A.5.3: duties that control each other lie with different people.")
_INTEREST = N_("Luật Phòng, chống tham nhũng 2018, Điều 23: who has an interest in a matter does not handle it.")
_NEW_RIGHT = N_(
    "ISO/IEC 27001:2022, A.5.18: a right that is used as soon as it was given may have been given for that very act."
)
_NEW_WAY = N_("ISO/IEC 27001:2022, A.5.17: whoever renews somebody's way in could have used it themselves.")
_BY_DEPUTY = N_(
    "Who stands in answers for what they do; the paper must cover the act (no standard: for the auditor's own look)."
)
_GIVEN_TOGETHER = N_(
    "No fault of the person: the procedure gives both steps to the same role, or the vote and its decision to a member of the same session, "
    "and does not keep them apart. Whoever writes the procedure answers for it."
)
_BY_NIGHT = N_("ISO/IEC 27001:2022, A.8.16: use at unusual times is looked at.")


def _role(act: Act, known: Background) -> Label | None:
    held = known.holding(act)
    if act.event.role is None or held is Holding.OWN:
        return None
    if held is Holding.AS_DEPUTY:
        return None
    if held is Holding.WITHOUT_DEPUTYSHIP:
        return word(_NO_DEPUTY)
    later = known.given_later(act)
    return filled_in(_GIVEN_LATER, {"day": _day(local_date(later))}) if later else word(_NO_ROLE)


def _paper(act: Act, known: Background) -> Label | None:
    held = known.assignment(act)
    return word(_NO_PAPER) if held is not None and not entered(held.paper) else None


def _own_unit(act: Act, known: Background) -> Label | None:
    role = known.role_at_unit(act)
    return None if role is None else filled_in(_OWN_UNIT, {"role": known.role_name(act, role)})


def _two_stages(act: Act, known: Background) -> Label | None:
    found = [one for one in _in_other_stages(act, known) if not known.given_together(act, one)]
    return filled_in(_STAGE, known.step(found[0])) if found else None


def _two_rounds(act: Act, known: Background) -> Label | None:
    found = [one for one in _in_other_rounds(act, known) if not known.given_together(act, one)]
    return filled_in(_ROUND, known.step(found[0])) if found else None


def _by_procedure(act: Act, known: Background) -> Label | None:
    for said, others in ((_STAGE, _in_other_stages), (_ROUND, _in_other_rounds)):
        found = list(others(act, known))
        if found and all(known.given_together(act, one) for one in found):
            return filled_in(said, known.step(found[0]))
    return None


def _in_other_stages(act: Act, known: Background) -> Iterator[TaskRecord]:
    """What the actor finished in other stages of the case before; the unit's own people have all of its steps."""
    if act.task is not None and act.task.stage and act.event.organisation != act.case.unit_id:
        for one in known.done_before(act):
            if one.stage and one.stage != act.task.stage and one.completed_by == act.event.actor:
                yield one


def _in_other_rounds(act: Act, known: Background) -> Iterator[TaskRecord]:
    if act.task is not None and act.task.round_id is not None:
        for one in known.done_before(act):
            if one.round_id not in (None, act.task.round_id) and one.completed_by == act.event.actor:
                yield one


def _fresh_role(act: Act, known: Background) -> Label | None:
    given = known.given(act)
    if given is None or act.event.at - given.at > timedelta(days=known.thresholds.fresh_days):
        return None
    return filled_in(_FRESH_ROLE, {"day": _day(local_date(given.at)), "who": known.whom(given.by)})


def _fresh_way_in(act: Act, known: Background) -> Label | None:
    renewed = known.renewed(act, timedelta(days=known.thresholds.fresh_days))
    if renewed is None:
        return None
    return filled_in(_FRESH_WAY, {"day": _day(local_date(renewed.at)), "who": known.whom(renewed.by)})


def _deputy(act: Act, known: Background) -> Label | None:
    if not act.event.on_behalf_of:
        return None
    found = known.deputyship(act)
    paper = same(found.paper if found and found.paper else "–")
    return filled_in(_DEPUTY, {"who": known.whom(act.event.on_behalf_of), "paper": paper})


def _night(act: Act, known: Background) -> Label | None:
    moment = act.event.at.astimezone(ZONE).time()
    return filled_in(_NIGHT, {"time": same(f"{moment:%H:%M}")}) if known.thresholds.is_night(moment) else None


def _day(day: object) -> Label:
    return same(f"{day:%d/%m/%Y}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`finds`: what speaks for a look at the act, or None. `reason`: the law or standard, or why."""

    id: str
    title: str
    reason: str
    finds: Callable[[Act, Background], Label | None]


RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(id="vai-tro", title=N_("Without the role at that time"), reason=_ISO, finds=_role),
        Rule(id="quyet-dinh", title=N_("The role names no decision"), reason=_ISO, finds=_paper),
        Rule(id="hai-giai-doan", title=N_("One person in two stages"), reason=_DUTIES, finds=_two_stages),
        Rule(id="hai-phien", title=N_("One person in two rounds"), reason=_DUTIES, finds=_two_rounds),
        Rule(id="don-vi-minh", title=N_("About one's own unit"), reason=_INTEREST, finds=_own_unit),
        Rule(id="vai-tro-moi", title=N_("Role given shortly before"), reason=_NEW_RIGHT, finds=_fresh_role),
        Rule(
            id="dat-lai",
            title=N_("Password or second factor reset shortly before"),
            reason=_NEW_WAY,
            finds=_fresh_way_in,
        ),
        Rule(id="lam-thay", title=N_("As a deputy"), reason=_BY_DEPUTY, finds=_deputy),
        Rule(id="ban-dem", title=N_("At night"), reason=_BY_NIGHT, finds=_night),
        Rule(
            id="quy-trinh-giao",
            title=N_("Given to the same person by the procedure"),
            reason=_GIVEN_TOGETHER,
            finds=_by_procedure,
        ),
    )
}
"""Every rule by its id, in the order in which findings of one act stand."""


class Conduct:
    """Each line is one rule that one act meets."""

    name: ClassVar[str] = "khong-nen"
    title: ClassVar[str] = N_("Acts to be looked at")
    about: ClassVar[str] = N_(
        "Decisions and steps that meet a rule: done without the role, by one person twice, about one's own unit, right after a power was "
        "given or a way in renewed, as a deputy, at night. A line accuses nobody; it says where to look."
    )
    columns: ClassVar[tuple[str, ...]] = (
        N_("Case"),
        N_("Unit"),
        N_("Time"),
        N_("Who"),
        N_("Role"),
        N_("Organisation"),
        N_("Decision that gave the role"),
        N_("Act"),
        N_("Rule"),
        N_("Finding"),
        N_("Rests on"),
    )
    filters: ClassVar[tuple[str, ...]] = (
        "rule",
        "procedure",
        "campaign",
        "unit",
        "actor",
        "organisation",
        "since_on",
        "until_on",
    )

    def lines(self, scene: Scene, asked: Asked, page: Page) -> tuple[Sequence[tuple[Cell, ...]], int]:
        """The latest acts first."""
        since, until = period(asked)
        where = EventFilter(
            cases=scene.cases(asked),
            types=ACTS,
            actors=scene.people(asked.actor),
            organisations=scene.organisations(asked.organisation),
            since=since,
            until=until,
        )
        number = scene.uow.events.search(where, Page(limit=1))[1]
        if number > MOST_ACTS:
            raise InvalidInput(_TOO_MANY, acts=number, limit=MOST_ACTS)
        rule = chosen(asked.rule, RULES)
        rules = [RULES[rule]] if rule else list(RULES.values())
        found: list[tuple[Act, Rule, Label]] = []
        known = Background.of(scene)
        for batch in in_batches(scene.uow.events.each(where)):
            for act in known.acts(batch):
                found += [(act, rule, said) for rule in reversed(rules) if (said := rule.finds(act, known))]
        found.reverse()
        shown = found[page.offset : page.offset + page.limit]
        return _lines(scene, known, shown), len(found)


def _lines(scene: Scene, known: Background, found: Sequence[tuple[Act, Rule, Label]]) -> list[tuple[Cell, ...]]:
    told = scene.narrator().tell([act.event for act, _, _ in found])
    lines: list[tuple[Cell, ...]] = []
    for (act, rule, said), entry in zip(found, told, strict=True):
        held = known.assignment(act)
        lines.append(
            (
                CaseNamed(act.case.id, act.case.business_key),
                scene.names.organisation(act.case.unit_id),
                act.event.at,
                entry.actor,
                entry.role_label,
                entry.organisation,
                held.paper if held else "",
                entry.said,
                word(rule.title),
                said,
                word(rule.reason),
            )
        )
    return lines
