"""Whatever one administrator does alone, in whatever order, gives nobody a power and lets them into no account that has one."""

import json
import random
from datetime import date, timedelta

import pytest

from tests.support.world import PASSWORD, World
from workflow.errors import InvalidInput, WorkflowError
from workflow.services.accounts.accounts import (
    ChangeUser,
    CreateUser,
    EndUser,
    NewUser,
    ResetPassword,
    ResetSecondFactor,
)
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.links import PASSWORD as SETS_PASSWORD
from workflow.services.accounts.requests import ConfirmRequest, PrintRequestedLink
from workflow.services.accounts.roles import AppointDeputy, AssignRole, EndDeputyship, EndRole
from workflow.services.accounts.sessions import hash_of

FROM, UNTIL = date(2023, 1, 1), date(2023, 12, 31)
ROLES = [
    ("administrator", "thanh-hoa"),
    ("definition-reviewer", "thanh-hoa"),
    ("auditor", "thanh-hoa"),
    ("manager", "thanh-hoa"),
    ("committee-chair", "bcd138-thanh-hoa"),
    ("committee-member", "bcd138-thanh-hoa"),
    ("board-member", "bcd-antt-tho-thanh"),
    ("standing-officer", "cong-an-thanh-hoa"),
    ("inspector", "cong-an-thanh-hoa"),
    ("unit-officer", "dien-bien"),
    ("unit-officer", "dai-hoc-hong-duc"),
]
POWERS = {role for role, _ in ROLES} - {"inspector", "unit-officer"}
OWN = "@admin.test"
"""Every mailbox of that domain is the administrator's."""
KINDS = (
    *("create", "assign", "end_role", "deputy", "end_deputy", "reset", "factor", "address", "end"),
    *("confirm", "print", "use", "wait", "confirm_as"),
)


class Alone:
    """One administrator and everything that they come to hold: the accounts whose password they have set, and those they may act as."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.admin = world.person("mot-minh", "administrator", "thanh-hoa")
        self.others = [
            world.person(f"nguoi-{number}", role, place).user_id for number, (role, place) in enumerate(ROLES[1:])
        ]
        self.before = self._powers()
        self.made: list[str] = []
        self.held: set[str] = {self.admin.user_id}
        self.tokens: list[str] = []
        self.requests: list[str] = []

    def _powers(self) -> dict[str, frozenset[str]]:
        return {one: self._of(one) for one in [self.admin.user_id, *self.others]}

    def _of(self, user_id: str) -> frozenset[str]:
        return frozenset(one.role for one in self.world.directory.actor_of(user_id).assignments) & POWERS

    def step(self, kind: str, one: int, two: int, own: bool) -> None:
        people = [*self.others, *self.made]
        user, role = people[one % len(people)], ROLES[two % len(ROLES)]
        done = None
        held = NewRole(role=role[0], organisation_id=role[1], valid_from=FROM)
        accounts, roles, world, admin = self.world.accounts, self.world.roles, self.world, self.admin
        match kind:
            case "create":
                email = f"x{len(self.made)}{OWN}" if own else None
                new = NewUser(login=f"moi-{len(self.made)}-{one}-{two}", name="Mới", email=email)
                done = accounts.create(admin, CreateUser(user=new, role=held))
                self.made += [done.id] if done.id else []
            case "assign":
                done = roles.assign(admin, AssignRole(user_id=user, role=held))
            case "end_role":
                assignment = world.directory.get(admin, user).assignments[0]
                roles.end_role(admin, EndRole(assignment_id=assignment.id, last_day=FROM + timedelta(days=40 * two)))
            case "deputy":
                assignment = world.directory.get(admin, people[two % len(people)]).assignments[0]
                done = roles.appoint_deputy(
                    admin,
                    AppointDeputy(
                        assignment_id=assignment.id, deputy_user_id=user, valid_from=FROM, valid_to=UNTIL, paper=""
                    ),
                )
            case "end_deputy":
                for lent in world.directory.get(admin, user).deputies:
                    roles.end_deputyship(admin, EndDeputyship(deputyship_id=lent.id, last_day=UNTIL))
            case "reset":
                done = accounts.reset_password(admin, ResetPassword(user_id=user, reason="x"))
            case "factor":
                done = accounts.reset_second_factor(admin, ResetSecondFactor(user_id=user, reason="x"))
            case "address":
                view = world.directory.get(admin, user)
                done = accounts.change(
                    admin,
                    ChangeUser(user_id=user, name=view.name, email=f"y{two}{OWN}", locale="vi", revision=view.revision),
                )
            case "end":
                accounts.end(admin, EndUser(user_id=user, reason="x"))
            case "confirm" | "confirm_as" if self.requests:
                hand = admin if kind == "confirm" else world.directory.actor_of(sorted(self.held)[two % len(self.held)])
                world.requests.confirm(hand, ConfirmRequest(request_id=self.requests[one % len(self.requests)]))
            case "print" if self.requests:
                token = world.requests.print_link(
                    admin, PrintRequestedLink(request_id=self.requests[one % len(self.requests)])
                )
                self.tokens += [token] if token else []
            case "use":
                self._use_links()
            case "wait":
                world.clock.advance(timedelta(days=1 + two))
        if done is not None and done.request is not None:
            self.requests.append(done.request)

    def _use_links(self) -> None:
        """Use every link that reached a mailbox of the administrator's or was printed by them,"""
        for token in [*self.tokens, *self._mailed()]:
            with self.world.units.reading() as uow:
                link = uow.account_links.by_token(hash_of(token))
            assert link is not None
            try:
                if link.purpose == SETS_PASSWORD:
                    self.world.links.set_password(token, PASSWORD)
                    self.held.add(link.user_id)
                elif link.user_id in self.held:
                    self.world.links.confirm_address(token, self.world.directory.actor_of(link.user_id))
            except InvalidInput:
                continue  # used, revoked or too old

    def _mailed(self) -> list[str]:
        """What reached the administrator's mailboxes."""
        with self.world.units.reading() as uow:
            rows = (
                uow._connection.exec_driver_sql("SELECT payload FROM jobs WHERE kind = 'account-link'").scalars().all()
            )
        payloads = [json.loads(row) if isinstance(row, str) else row for row in rows]
        return [self.world.vault.open(one["sealed"]) for one in payloads if one["to"].endswith(OWN)]

    def check(self) -> None:
        for user_id in [*self.others, *self.made]:
            gained = self._of(user_id) - self.before.get(user_id, frozenset())
            assert gained == frozenset(), f"{user_id} gained {sorted(gained)}"
        for user_id in self.held - {self.admin.user_id}:
            assert self._of(user_id) == frozenset(), "the administrator got into an account that has a power"
        assert self._of(self.admin.user_id) <= {"administrator"}


@pytest.mark.parametrize("seed", range(16))
def test_one_administrator_alone_never_comes_to_hold_a_power(world: World, seed: int) -> None:
    chance = random.Random(seed)
    alone, done = Alone(world), 0

    for _ in range(60):
        kind, one, two = chance.choice(KINDS), chance.randrange(12), chance.randrange(12)
        try:
            alone.step(kind, one, two, own=chance.random() < 0.7)
            done += 1
        except WorkflowError:
            continue  # refused: that is what it is about
        alone.check()

    assert done >= 10, "nearly everything was refused, so nothing was shown"
    alone.check()
