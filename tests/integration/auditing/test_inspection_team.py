"""An inspection team's account: it reads the cases of its scope until its last day, and nothing else anywhere."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.auditing.support import UNIT, Court
from workflow.errors import InvalidInput, NotFound, PermissionDenied
from workflow.organisation.authority import Actor
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.directory import NewRole, RoleScope
from workflow.services.accounts.roles import AssignRole
from workflow.services.auditing.checkpoints import RequestCheckpoint
from workflow.services.auditing.questions.question import Asked
from workflow.services.auditing.questions.samples import DrawSample
from workflow.services.auditing.trail import EventQuery
from workflow.services.casework.comments import AddComment
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page

ALL = Page(limit=500)
TEAM = NewRole(
    role="inspection-team",
    organisation_id="thanh-hoa",
    valid_from=date(2022, 1, 1),
    valid_to=date(2099, 12, 31),
    paper="Quyết định thanh tra 15/QĐ",
)


def team(court: Court, login: str = "thanh-tra", **scope: Any) -> Actor:
    return holder(court, replace(TEAM, scope=RoleScope(**scope)), login)


def holder(court: Court, role: NewRole, login: str = "thanh-tra") -> Actor:
    accounts, world = court.world.accounts, court.world
    user_id = accounts.set_up(world.setup(), NewUser(login=login, name="Đoàn thanh tra"), "-", [role])
    return world.directory.actor_of(user_id)


def outside(court: Court) -> Mapping[str, Actor]:
    """Teams whose scope the case misses by one thing each."""
    opened = court.case.started_at.date()
    return {
        "organisation": holder(court, replace(TEAM, organisation_id="xa-lang-gieng"), "team-1"),
        "procedure": team(court, "team-2", procedures=("quy-trinh-khac",)),
        "campaign": team(court, "team-3", campaigns=("01890000-0000-7000-8000-000000000000",)),
        "opened later": team(court, "team-4", opened_to=opened - timedelta(days=1)),
        "opened before": team(court, "team-5", opened_from=opened + timedelta(days=2)),
    }


def test_a_team_reads_the_cases_of_its_scope_and_that_is_recorded(court: Court) -> None:
    opened = court.case.started_at.date()
    actor = team(court, procedures=("dien-hinh",), campaigns=(str(court.case.campaign_id),), opened_from=opened)
    audit = court.app.audit

    assert audit.search_cases(actor, CaseFilter(), ALL)[1] == 1
    assert audit.timeline(actor, court.case_id, ALL).total > 10
    assert {entry.case.id if entry.case else None for entry in audit.search_events(actor, EventQuery(), ALL)[0]} == {
        court.case_id
    }
    assert audit.record_reading(actor, court.case_id)
    read = court.world.events(court.stream)[-1]
    assert (read.type, read.actor, read.role, read.organisation) == (
        "CaseRead",
        actor.user_id,
        "inspection-team",
        "thanh-hoa",
    )
    assert court.app.samples.draw(actor, DrawSample(size=1))
    assert court.faults() == set()


def test_outside_its_scope_a_team_finds_counts_and_takes_out_nothing(court: Court) -> None:
    app = court.app
    for why, actor in outside(court).items():
        assert app.audit.search_cases(actor, CaseFilter(), ALL) == ([], 0), why
        assert app.audit.search_cases(actor, CaseFilter(unit_ids=[UNIT]), ALL) == ([], 0), why
        assert app.audit.search_events(actor, EventQuery(), ALL) == ([], 0), why
        assert app.audit.search_events(actor, EventQuery(case_id=court.case_id), ALL) == ([], 0), why
        assert app.audit.export_cases(actor, CaseFilter(), "csv").rows == 0, why
        assert app.audit.export_events(actor, EventQuery(), "csv").rows == 0, why
        for question in ("tre-han", "khong-nen"):
            assert app.questions.ask(actor, question, Asked(), ALL).total == 0, why
        with pytest.raises(InvalidInput):
            app.samples.draw(actor, DrawSample(size=1))
        if why in ("procedure", "campaign"):
            assert app.questions.offered(actor).campaigns == {}, why
            assert app.inbox.choices(actor).procedures == {}, why
        for look in looks(court, actor):
            with pytest.raises(NotFound):
                look()


def looks(court: Court, actor: Actor) -> list[Callable[[], object]]:
    audit, now = court.app.audit, court.clock.now()
    return [
        lambda: audit.timeline(actor, court.case_id, ALL),
        lambda: audit.case_at(actor, court.case_id, now),
        lambda: audit.path_taken(actor, court.case_id),
        lambda: audit.package_at(actor, court.case_id),
        lambda: audit.record_reading(actor, court.case_id),
        lambda: court.app.case_views.view(actor, court.case_id),
    ]


def test_a_team_changes_nothing_and_reads_nothing_but_cases(court: Court) -> None:
    actor, app = team(court), court.app

    for act in (
        lambda: app.comments.add(actor, AddComment(case_id=court.case_id, text="Ý kiến")),
        lambda: app.checkpoints.make(actor, RequestCheckpoint()),
        lambda: app.bundles.write_of("accounts", "accounts", io.BytesIO(), actor),
        lambda: app.bundles.write_of("campaign", str(court.case.campaign_id), io.BytesIO(), actor),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert app.accounts.search(actor)[1] == 0
    offered = app.bundles.offer(actor)
    assert (offered.campaigns, offered.organisations, offered.accounts) == ([], [], False)


def test_after_its_last_day_a_team_is_nobody(court: Court) -> None:
    last = replace(TEAM, valid_to=court.clock.now().date())
    actor = holder(court, last)
    assert court.app.audit.search_cases(actor, CaseFilter(), ALL)[1] == 1

    court.later(days=2)
    with pytest.raises(PermissionDenied):
        court.app.audit.search_cases(court.world.again(actor), CaseFilter(), ALL)


def test_such_a_role_needs_a_last_day_and_no_other_role_has_a_scope(court: Court) -> None:
    administrator = court.world.person("quan-tri", "administrator", "thanh-hoa")
    for role in (
        replace(TEAM, valid_to=None),
        replace(TEAM, role="auditor", scope=RoleScope(procedures=("dien-hinh",))),
        replace(TEAM, scope=RoleScope(opened_from=date(2023, 2, 1), opened_to=date(2023, 1, 1))),
    ):
        with pytest.raises(InvalidInput):
            court.app.roles.assign(administrator, AssignRole(user_id=court.neighbour.user_id, role=role))


def test_what_a_second_person_confirms_keeps_its_scope(court: Court) -> None:
    administrator = court.world.person("quan-tri", "administrator", "thanh-hoa")
    new = holder(
        court, NewRole(role="unit-officer", organisation_id="xa-lang-gieng", valid_from=date(2022, 1, 1)), "moi"
    )
    scope = RoleScope(procedures=("dien-hinh",), opened_from=date(2023, 1, 1))
    wish = AssignRole(user_id=new.user_id, role=replace(TEAM, organisation_id="thuong-xuan", scope=scope))

    with pytest.raises(InvalidInput):
        court.app.roles.assign(administrator, wish)
    clerk = holder(court, replace(TEAM, role="auditor", organisation_id="xa-lang-gieng", valid_to=None), "kiem")
    court.world.sure(court.app.roles.assign(administrator, replace(wish, user_id=clerk.user_id)))

    (held,) = [one for one in court.world.again(clerk).assignments if one.role == "inspection-team"]
    assert held.scope is not None
    assert (held.scope.campaigns, held.scope.opened_from) == (
        frozenset({court.case.campaign_id}),
        date(2023, 1, 1),
    )
    given = court.world.events("accounts")[-1]
    assert given.payload["new"]["scope"]["procedures"] == ["dien-hinh"]
