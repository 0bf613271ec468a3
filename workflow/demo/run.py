"""The demonstration year: told in the order of its days, on a clock of its own."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from workflow.alphabets import fit
from workflow.audit.facts.casework import TaskCompleted
from workflow.audit.facts.notifications import TaskEscalated
from workflow.bootstrap import DEFINITIONS, Container, build
from workflow.demo.player import Deed, Player
from workflow.demo.stories import COMMUNE, ENTERPRISE, PILOTS, late_and_failing, returned_and_without_quorum, smooth
from workflow.engine.events import RuleEvaluated
from workflow.errors import N_, InvalidInput
from workflow.installation import (
    demonstration_password,
    install,
    install_accounts,
    install_campaign,
    keep_clock,
)
from workflow.outside.clock import VirtualClock
from workflow.services.auditing.checkpoints import RequestCheckpoint
from workflow.services.auditing.vocabulary import happened

Story = Iterator[datetime]
"""Yields the instant at which it wants to go on."""


class Timeline:
    def __init__(self, container: Container, clock: VirtualClock) -> None:
        self._container = container
        self._clock = clock

    def run(self, stories: Sequence[Story]) -> None:
        """Run every story to its end, in the order of time."""
        waiting = [(next(story), index, story) for index, story in enumerate(stories)]
        while waiting:
            waiting.sort(key=lambda entry: entry[:2])
            at, index, story = waiting.pop(0)
            self.move_to(at)
            following = next(story, None)
            self.settle()
            if following is not None:
                waiting.append((following, index, story))

    def move_to(self, at: datetime) -> None:
        """Go forward to `at`, doing the machine work that falls due before it when it falls due."""
        self.settle()
        while (due := self._next_due()) is not None and due <= at:
            self._clock.move_to(due)
            self.settle()
        self._clock.move_to(at)

    def settle(self) -> None:
        """Do all machine work that is due now."""
        while self._container.jobs.run_due():
            pass

    def _next_due(self) -> datetime | None:
        with self._container.units.reading() as uow:
            return uow.jobs.next_due()


_NOT_EMPTY = N_("The directory %(path)s is not empty. A demonstration needs an empty one.")


def run_demo(data: Path, definitions: Path = DEFINITIONS) -> dict[str, Any]:
    """Play the whole year and return the report. Raises `InvalidInput` unless `data` is missing or empty."""
    if data.exists() and any(data.iterdir()):
        raise InvalidInput(_NOT_EMPTY, path=data.name)
    demonstration = definitions / "demonstration"
    settings = fit(tomllib.loads((demonstration / "campaign.toml").read_text(encoding="utf-8")))
    clock = VirtualClock(settings["clock"])
    container = build(data, clock=clock)
    try:
        install(container, definitions)
        users = install_accounts(container, demonstration_password(data), definitions)
        campaign_id = install_campaign(container, users, definitions)
        timeline = Timeline(container, clock)
        timeline.settle()
        figures = fit(tomllib.loads((demonstration / "figures.toml").read_text(encoding="utf-8")))
        player = Player(container, users, figures)
        timeline.run(list(_stories(container, campaign_id, player)))
        container.checkpoints.make(None, RequestCheckpoint())
        keep_clock(data, clock.now())
        return report(container, campaign_id)
    finally:
        container.close()


def _stories(container: Container, campaign_id: str, player: Player) -> Iterator[Iterator[datetime]]:
    with container.units.reading() as uow:
        cases = {unit.unit_id: str(unit.case_id) for unit in uow.campaigns.units(campaign_id)}

    def act(unit_id: str, deed: Deed) -> None:
        player.do(cases[unit_id], deed)

    for unit_id, cast in PILOTS.items():
        yield smooth(cast, partial(act, unit_id))
    yield returned_and_without_quorum(COMMUNE, partial(act, "xa-minh-hoa"))
    yield late_and_failing(ENTERPRISE, partial(act, "cong-ty-minh-hoa"))


def report(container: Container, campaign_id: str) -> dict[str, Any]:
    """The cases with their stages, and the result of the audit: the JSON that `congnhan demo --json` prints."""
    cases = []
    with container.units.reading() as uow:
        for unit in uow.campaigns.units(campaign_id):
            cases.append(_case(container, uow, str(unit.case_id)))
    verified = container.verification.verify()
    return {
        "cases": sorted(cases, key=lambda case: str(case["business_key"])),
        "audit": {"verified": verified.ok, "events": verified.events, "head": verified.head},
    }


def _case(container: Container, uow: Any, case_id: str) -> dict[str, Any]:
    case = uow.unit_cases.get(case_id)
    tree = container.register.tree(uow)
    version = container.programs.get(uow, case.version_id)
    stages, track, number = [], "", 0
    for event in uow.events.of_stream(f"case:{case_id}"):
        number = event.seq
        match happened(event.type, event.payload):
            case RuleEvaluated(decision="routing", value=value):
                track = value["track"]
            case TaskCompleted() | TaskEscalated():
                stages.append(_stage(uow, tree, version.package, event))
    return {
        "business_key": case.business_key,
        "unit": tree.get(case.unit_id).name_vi,
        "track": track,
        "version": version.package.manifest.version_label,
        "stages": stages,
        "outcome": case.outcome,
        "events": number,
    }


def _stage(uow: Any, tree: Any, package: Any, event: Any) -> dict[str, Any]:
    from_task = uow.tasks.get(event.payload["task_id"])
    user = uow.accounts.many([event.actor]).get(event.actor)
    return {
        "stage": from_task.stage,
        "actor": user.name if user else event.actor,
        "organisation": tree.get(event.organisation).name_vi if event.organisation else "",
        "outcome": event.payload.get("outcome", "escalated"),
        "at": event.at.isoformat(),
    }
