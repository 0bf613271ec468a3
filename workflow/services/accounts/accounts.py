"""Accounts are created, edited and ended by administrators, each within their jurisdiction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from workflow.audit.facts.accounts import (
    AccountFact,
    RoleAssigned,
    SecondFactorEnrolled,
    SessionsRevoked,
    UserChanged,
    UserEnded,
)
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.acts import SECRET, created
from workflow.services.accounts.commands import (
    ChangeAddress,
    ChangeOwnAddress,
    ChangeUser,
    CreateUser,
    EndUser,
    NewUser,
    ResetPassword,
    ResetSecondFactor,
    RevokeSessions,
    checked_email,
    checked_locale,
    new_user,
)
from workflow.services.accounts.credentials import Passwords, check_password
from workflow.services.accounts.directory import ALONE, LOCK, STREAM, NewRole, administered, lock, new_assignment
from workflow.services.accounts.links import ADDRESS, Links
from workflow.services.accounts.powers import Powers
from workflow.services.accounts.requests import Desk, Done, done_of
from workflow.services.ground.changes import changes, plain, required
from workflow.services.ground.ground import Ground
from workflow.store.unit_of_work import UnitOfWork

__all__ = [
    "AccountService",
    "ChangeUser",
    "CreateUser",
    "EndUser",
    "NewUser",
    "ResetPassword",
    "ResetSecondFactor",
    "RevokeSessions",
]


class AccountService:
    """An administrator reaches the accounts whose roles all lie in their jurisdiction, and never their own rights.

    What gives a power, or the way into an account that has one, waits for a second person: `Done.request` says so.
    """

    def __init__(self, ground: Ground, passwords: Passwords, powers: Powers, desk: Desk, links: Links) -> None:
        self._ground = ground
        self._passwords = passwords
        self._powers = powers
        self._desk = desk
        self._links = links

    def create(self, actor: Actor, command: CreateUser) -> Done:
        """Create an account with its first role; its user gets a one-time link. Raises `InvalidInput`, `PermissionDenied`."""
        return self._desk.submit(actor, command)

    def hashed(self, password: str) -> str:
        """The hash of a password for `set_up`. Raises `InvalidInput` for a weak one."""
        check_password(password, "")
        return self._passwords.hash(password)

    def set_up(
        self,
        by: Provenance,
        user: NewUser,
        password_hash: str,
        roles: Sequence[NewRole],
        *,
        demonstration: bool = False,
    ) -> str:
        """Create an account at setup, without an administrator; one that is there already stays as it is. Return its id.

        Raises `InvalidInput`, as whoever gives a role does.
        """
        with self._ground.units.reading() as uow:
            if (known := uow.accounts.by_login(user.login)) is not None:
                return known.id
        with self._ground.units() as uow:
            lock(uow)
            new = replace(
                new_user(uow, new_id(), user, self._ground.clock.now()),
                password_hash=password_hash,
                demonstration=demonstration,
            )
            for number, role in enumerate(roles):
                self._powers.check_place(uow, role)
                self._powers.check_compatible(uow, None, role, roles[:number])
            uow.accounts.add(new)
            assignments = [new_assignment(new.id, role) for role in roles]
            for assignment in assignments:
                uow.accounts.add_assignment(assignment)
            facts: list[AccountFact] = [created(new, ALONE, None)]
            facts += [RoleAssigned(user=new.id, new=plain(one)) for one in assignments]
            record(uow, STREAM, facts, by)
            uow.commit()
        return new.id

    def equip(self, by: Provenance, user_ids: Collection[str], totp_secret: str) -> None:
        """Give the made-up people of a demonstration whose roles need it the second factor that its pages show. `totp_secret`: sealed."""
        with self._ground.units() as uow:
            lock(uow)
            bare = [
                user for user in uow.accounts.many(user_ids).values() if user.demonstration and not user.totp_secret
            ]
            for user in sorted(bare, key=lambda one: one.login):
                if self._powers.needs_second_factor(uow, uow.accounts.assignments_of([user.id])):
                    uow.accounts.save(replace(user, totp_secret=totp_secret, totp_last_step=0))
                    record(uow, STREAM, [SecondFactorEnrolled(user=user.id)], by)
            uow.commit()

    def link_at_server(self, by: Provenance, login: str) -> str | None:
        """Return the token of a link for the account, printed by the server's command line; None for a login that nobody has."""
        with self._ground.units() as uow:
            lock(uow)
            user = uow.accounts.by_login(login)
            if user is None or user.ended_at is not None:
                return None
            uow.sign_ins.revoke_all(user.id, by.at)
            token = self._links.print(uow, user, by, ALONE)
            uow.commit()
        return token

    def change(self, actor: Actor, command: ChangeUser) -> Done:
        """Change name, e-mail and language. Raises `Conflict`, `InvalidInput`, `NotFound`, `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = administered(self._ground, uow, actor, command)
            new = replace(
                old,
                name=required(command.name, "name"),
                locale=checked_locale(command.locale),
                revision=command.revision,
            )
            uow.accounts.save(new)
            if told := changes(old, new, but=SECRET):
                record(uow, STREAM, [UserChanged(user=old.id, changes=told)], by)
            if checked_email(command.email) == old.email:
                return {"id": old.id}
            wish = ChangeAddress(user_id=old.id, email=command.email, command_id=command.command_id)
            return self._desk.take(uow, actor, wish)

        return done_of(self._ground.carry_out(actor, command, work, lock=LOCK))

    def change_own_address(self, actor: Actor, command: ChangeOwnAddress) -> None:
        """Enter one's own address; it counts when it is confirmed by the link that is mailed there. Raises `InvalidInput`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = uow.accounts.get(actor.user_id), Provenance(actor=actor.user_id, at=self._ground.clock.now())
            new = replace(old, email=checked_email(command.email))
            if new.email != old.email:
                new = uow.accounts.save(replace(new, email_confirmed_at=None))
                uow.account_links.revoke(old.id, None, by.at)
                record(uow, STREAM, [UserChanged(user=old.id, changes=changes(old, new, but=SECRET))], by)
            if new.email and new.email_confirmed_at is None and self._links.mails:
                self._links.mail(uow, new, ADDRESS, by, ALONE)
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def end(self, actor: Actor, command: EndUser) -> None:
        """End the account at once: its sessions and links are revoked, its roles count no longer; what it did stays."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = administered(self._ground, uow, actor, command, others_only=True)
            uow.accounts.save(replace(old, ended_at=old.ended_at or by.at))
            revoked = uow.sign_ins.revoke_all(old.id, by.at)
            uow.account_links.revoke(old.id, None, by.at)
            reason = required(command.reason, "reason", 2000)
            record(uow, STREAM, [UserEnded(user=old.id, reason=reason, sessions_revoked=revoked)], by)
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def reset_password(self, actor: Actor, command: ResetPassword) -> Done:
        """Make the password void and sign the user out everywhere; a link to set another goes to the user. The second factor stays."""
        return self._desk.submit(actor, command)

    def reset_second_factor(self, actor: Actor, command: ResetSecondFactor) -> Done:
        """Forget a lost second factor, which takes a second person: the user must enrol anew, and is signed out everywhere."""
        return self._desk.submit(actor, command)

    def revoke_sessions(self, actor: Actor, command: RevokeSessions) -> int:
        """Sign the user out everywhere and return how many sessions that ended."""

        def work(uow: UnitOfWork) -> Mapping[str, int]:
            user, by = administered(self._ground, uow, actor, command)
            revoked = uow.sign_ins.revoke_all(user.id, by.at)
            record(uow, STREAM, [SessionsRevoked(user=user.id, sessions_revoked=revoked)], by)
            return {"revoked": revoked}

        return int(self._ground.carry_out(actor, command, work, lock=LOCK)["revoked"])
