"""What takes a second person waits here: asked for by one administrator, confirmed by another, or by the person concerned.

The server's command line counts as a person of its own (`actor` None): where there is one administrator only, it gives the second signature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from workflow.audit.facts.accounts import (
    LinkReleased,
    RequestConfirmed,
    RequestExpired,
    RequestFact,
    RequestMade,
    RequestRefused,
    RequestWithdrawn,
)
from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied, TransitionRefused
from workflow.ids import new_id
from workflow.lifecycle.account_request import ACCOUNT_REQUEST, ASKED, CONFIRMED, RequestContext
from workflow.lifecycle.lifecycle import Option
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import PERMISSIONS
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.services.accounts.acts import Act
from workflow.services.accounts.directory import ALONE, LOCK, STREAM, AccountView, Asked, lock, view_of
from workflow.services.accounts.links import LIFE as LINK_LIFE, Links
from workflow.services.ground.access import provenance
from workflow.services.ground.changes import plain, required
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.ground.people import root_of
from workflow.store.account_requests import RequestRecord
from workflow.store.accounts import AssignmentRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

LIFE = timedelta(days=14)
_ADMINISTERING = tuple(role for role, permitted in PERMISSIONS.items() if "administer_accounts" in permitted)
_ASKED_ALREADY = N_("The same has been asked for already and waits for a second person.")
_ASKER_MAY_NOT = N_("Who asked for this may do it no longer. It must be asked for anew.")
_NOTHING_TO_PRINT = N_("There is no link to be printed here, or it has been printed already.")
_NOT_TO_PRINT = N_("Only who asked for it prints the link.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a command: it was carried out (`id`), or it waits for a second person (`request`)."""

    id: str | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCommand(Command):
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRequest(RequestCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseRequest(RequestCommand):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequest(RequestCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRequestedLink(RequestCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Whose account a request is about, and whose role is to be lent."""

    user: AccountView | None
    principal: AccountView | None
    assignment: AssignmentRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request with what its reader may do with it. `prints`: the reader may print the link that was released."""

    request: RequestRecord
    concerned: Concerned
    options: Sequence[Option]
    prints: bool

    def allows(self, step: str) -> bool:
        """Whether the reader may take the step now."""
        return any(one.trigger == step and one.allowed for one in self.options)

    def refusal(self, step: str) -> TransitionRefused | None:
        """Why the reader may not."""
        return next((one.refusal for one in self.options if one.trigger == step), None)


class Desk:
    """Carries an act out, or takes down that it was asked for."""

    def __init__(self, ground: Ground, acts: Mapping[str, Act[Any]]) -> None:
        self._ground = ground
        self.acts = acts

    def submit(self, actor: Actor, command: Command) -> Done:
        """Do what the command says if one person may, else let it wait. Raises as the act does."""
        return done_of(self._ground.carry_out(actor, command, lambda uow: self.take(uow, actor, command), lock=LOCK))

    def take(self, uow: UnitOfWork, actor: Actor, command: Command) -> dict[str, Any]:
        """As `submit`, within the transaction of a larger command."""
        act = self.acts[type(command).__name__]
        held = act.authority(uow, actor, command)
        by = provenance(actor, held, self._ground.clock.now(), command.command_id)
        act.check(uow, actor.user_id, command)
        if not act.takes_second(uow, command):
            return act.perform(uow, command, by, ALONE)
        return {"request": self._ask(uow, act, command, by)}

    def _ask(self, uow: UnitOfWork, act: Act[Any], command: Command, by: Provenance) -> str:
        name, wish = type(command).__name__, plain(command)
        del wish["command_id"]
        if any((one.act, one.wish) == (name, wish) for one in uow.account_requests.in_state(ASKED)):
            raise InvalidInput(_ASKED_ALREADY)
        request = RequestRecord(
            id=new_id(),
            act=name,
            about_user_id=act.about(command),
            wish=wish,
            state=ASKED,
            asked_by=by.actor,
            asked_for=by.on_behalf_of,
            asked_at=by.at,
            expires_at=by.at + LIFE,
        )
        uow.account_requests.add(request)
        fact = RequestMade(
            user=request.about_user_id,
            request=request.id,
            act=name,
            wish=wish,
            expires_at=request.expires_at.isoformat(),
            seconds=sorted(self._seconds(uow, act, command) - {by.actor, str(act.gains(command))}),
        )
        record(uow, STREAM, [fact], by)
        return request.id

    def _seconds(self, uow: UnitOfWork, act: Act[Any], command: Command) -> set[str]:
        """The person concerned, and every administrator who could do it."""
        concerned = act.concerned(uow, command)
        found = {concerned} if concerned else set()
        for user_id in sorted(
            {one.user_id for one in uow.accounts.holding(self._ground.today(), roles=_ADMINISTERING)}
        ):
            try:
                act.authority(uow, self._ground.actor(uow, user_id), command)
            except (NotFound, PermissionDenied):
                continue
            found.add(user_id)
        return found


class RequestService:
    """For administrators who reach what a request is about, and for the person concerned. `actor` None is the server's command line."""

    def __init__(self, ground: Ground, desk: Desk, links: Links) -> None:
        self._ground = ground
        self._desk = desk
        self._links = links

    def waiting(self, actor: Actor | None) -> Sequence[RequestView]:
        """What waits and the actor may see, oldest first."""
        with self._ground.units.reading() as uow:
            return self._seen(uow, actor, uow.account_requests.in_state(ASKED))

    def decided(self, actor: Actor | None, page: Page | None = None) -> Sequence[RequestView]:
        """What was decided and the actor may see, newest first."""
        with self._ground.units.reading() as uow:
            return self._seen(uow, actor, uow.account_requests.decided(page or Page(limit=50)))

    def get(self, actor: Actor | None, request_id: str) -> RequestView:
        """One of them. Raises `NotFound`."""
        with self._ground.units.reading() as uow:
            found = self._seen(uow, actor, [uow.account_requests.get(request_id)])
        if not found:
            raise NotFound()
        return found[0]

    def confirm(self, actor: Actor | None, command: ConfirmRequest) -> Done:
        """Be the second person: everything is asked once more, then the act is carried out.

        Raises `TransitionRefused` for who is no second person, and as the act does.
        """

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            request = uow.account_requests.get(command.request_id)
            act, wish = self._act(request)
            by = self._move(uow, actor, command, request, "confirm")
            asker = self._ground.actor(uow, request.asked_by)
            try:
                act.authority(uow, asker, wish)
            except (NotFound, PermissionDenied) as refusal:
                raise InvalidInput(_ASKER_MAY_NOT) from refusal
            act.check(uow, asker.user_id, wish)
            self._decided(
                uow,
                request,
                by,
                CONFIRMED,
                RequestConfirmed(
                    user=request.about_user_id, request=request.id, act=request.act, asked_by=request.asked_by
                ),
            )
            done = act.perform(uow, wish, by, Asked(by=request.asked_by, request=request.id))
            prints = act.prints(uow, wish, done)
            if prints is not None:
                uow.account_requests.release(request.id, prints)
                released = LinkReleased(user=prints, request=request.id, act=request.act, asked_by=request.asked_by)
                record(uow, STREAM, [released], by)
            return done

        return done_of(self._ground.carry_out(actor, command, work, lock=LOCK))

    def refuse(self, actor: Actor | None, command: RefuseRequest) -> None:
        """Refuse it, with the reason."""

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            request = uow.account_requests.get(command.request_id)
            by = self._move(uow, actor, command, request, "refuse")
            reason = required(command.reason, "reason", 2000)
            fact = RequestRefused(
                user=request.about_user_id,
                request=request.id,
                act=request.act,
                asked_by=request.asked_by,
                reason=reason,
            )
            self._decided(uow, request, by, "refused", fact, reason)
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def withdraw(self, actor: Actor | None, command: WithdrawRequest) -> None:
        """Take back what one has asked for."""

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            request = uow.account_requests.get(command.request_id)
            by = self._move(uow, actor, command, request, "withdraw")
            fact = RequestWithdrawn(user=request.about_user_id, request=request.id, act=request.act)
            self._decided(uow, request, by, "withdrawn", fact)
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def print_link(self, actor: Actor, command: PrintRequestedLink) -> str | None:
        """Return the token of the link that a second person has released, this once; None for a repeated command."""
        shown: list[str] = []

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            shown.clear()
            request = uow.account_requests.get(command.request_id)
            act, wish = self._act(request)
            released = request.decided_at
            if request.prints_for is None or released is None or released + LINK_LIFE <= self._ground.clock.now():
                raise InvalidInput(_NOTHING_TO_PRINT)
            if request.asked_by != actor.user_id:
                raise PermissionDenied(_NOT_TO_PRINT)
            by = provenance(actor, act.authority(uow, actor, wish), self._ground.clock.now(), command.command_id)
            uow.account_requests.release(request.id, None)
            user = uow.accounts.get(request.prints_for)
            shown.append(self._links.print(uow, user, by, Asked(request=request.id)))
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)
        return shown[0] if shown else None

    def expire(self) -> None:
        """Let what nobody has confirmed in time end; the worker calls it."""
        now = self._ground.clock.now()
        with self._ground.units.reading() as uow:
            if all(one.expires_at > now for one in uow.account_requests.in_state(ASKED)):
                return
        with self._ground.units() as uow:
            lock(uow)
            by = Provenance(actor=SYSTEM, at=now)
            for request in uow.account_requests.in_state(ASKED):
                if request.expires_at > by.at:
                    continue
                ACCOUNT_REQUEST.move(request.state, "expire", RequestContext(is_due=True))
                fact = RequestExpired(
                    user=request.about_user_id, request=request.id, act=request.act, asked_by=request.asked_by
                )
                self._decided(uow, request, by, "expired", fact)
            uow.commit()

    def _act(self, request: RequestRecord) -> tuple[Act[Any], Any]:
        act = self._desk.acts[request.act]
        return act, act.read(request.wish)

    def _seen(self, uow: UnitOfWork, actor: Actor | None, requests: Sequence[RequestRecord]) -> list[RequestView]:
        found = []
        for request in requests:
            context, held = self._context(uow, actor, request)
            if not (context.is_asker or context.may_decide):
                continue
            options = ACCOUNT_REQUEST.permitted(request.state, context)
            prints = request.prints_for is not None and actor is not None and request.asked_by == actor.user_id
            found.append(
                RequestView(
                    request=request,
                    concerned=_concerned(uow, request),
                    options=options,
                    prints=prints and held is not None,
                )
            )
        return found

    def _move(
        self, uow: UnitOfWork, actor: Actor | None, command: RequestCommand, request: RequestRecord, step: str
    ) -> Provenance:
        context, held = self._context(uow, actor, request)
        if not (context.is_asker or context.may_decide):
            raise NotFound()
        ACCOUNT_REQUEST.move(request.state, step, context)
        now = self._ground.clock.now()
        if actor is None:
            return Provenance(actor=SYSTEM, at=now, command_id=command.command_id)
        return provenance(actor, held, now, command.command_id)

    def _context(
        self, uow: UnitOfWork, actor: Actor | None, request: RequestRecord
    ) -> tuple[RequestContext, Assignment | None]:
        """What is true of the actor and the request, and by which assignment they decide (None as the person concerned)."""
        due = request.expires_at <= self._ground.clock.now()
        if actor is None:
            return RequestContext(may_decide=True, is_due=due), None
        act, wish = self._act(request)
        try:
            held: Assignment | None = act.authority(uow, actor, wish)
        except (NotFound, PermissionDenied):
            held = None
        concerned = act.concerned(uow, wish) == actor.user_id
        asking = {request.asked_by, request.asked_for} - {None}
        deciding = {actor.user_id, held.via_deputy_of if held is not None and not concerned else None}
        roots = {root_of(uow, one) for one in asking if one is not None}
        context = RequestContext(
            is_asker=bool(asking & deciding),
            is_gainer=act.gains(wish) == actor.user_id,
            may_decide=held is not None or concerned,
            is_dependent=any(root_of(uow, one) in roots for one in deciding if one is not None),
            is_due=due,
        )
        return context, held

    @staticmethod
    def _decided(
        uow: UnitOfWork, request: RequestRecord, by: Provenance, state: str, fact: RequestFact, reason: str = ""
    ) -> None:
        uow.account_requests.save(replace(request, state=state, decided_by=by.actor, decided_at=by.at, reason=reason))
        record(uow, STREAM, [fact], by)


def _concerned(uow: UnitOfWork, request: RequestRecord) -> Concerned:
    lent = request.wish.get("assignment_id")
    assignment = uow.accounts.assignment(lent) if lent is not None else None
    people = [request.about_user_id, assignment.user_id if assignment is not None else None]
    user, principal = (view_of(uow, uow.accounts.get(one)) if one is not None else None for one in people)
    return Concerned(user=user, principal=principal, assignment=assignment)


def done_of(result: Mapping[str, Any]) -> Done:
    """The result of a command that may have to wait."""
    return Done(id=result.get("id"), request=result.get("request"))
