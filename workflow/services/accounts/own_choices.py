"""What each user chooses for themselves, whichever browser they use: when mail comes, and whether single keys act in the table of criteria."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from workflow.audit.facts.accounts import KeysChosen, MailChosen
from workflow.errors import N_, InvalidInput
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.directory import LOCK, STREAM
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.notifications.telling import AT_ONCE, MAIL
from workflow.store.notifications import MailChoice
from workflow.store.unit_of_work import UnitOfWork

_NO_CHOICE = N_("Choose at once, daily or none.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseMail(Command):
    """`mail`: one of `MAIL`."""

    mail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseKeys(Command):
    """Whether single keys (J, K, A, D, E) act in the table of criteria; Enter, Tab and Esc always do."""

    act: bool


class OwnChoiceService:
    """Of what is urgent everybody hears in the application, whatever they choose here."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def mail_of(self, actor: Actor) -> str:
        """What the user chose last, `AT_ONCE` where they never did."""
        with self._ground.units.reading() as uow:
            return _chosen(uow, actor.user_id)

    def choose_mail(self, actor: Actor, command: ChooseMail) -> None:
        """From now on. Raises `InvalidInput` for anything else than one of `MAIL`."""
        if command.mail not in MAIL:
            raise InvalidInput(_NO_CHOICE)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, now = _chosen(uow, actor.user_id), self._ground.clock.now()
            if old != command.mail:
                uow.notifications.choose(MailChoice(user_id=actor.user_id, mail=command.mail, chosen_at=now))
                by = Provenance(actor=actor.user_id, at=now, command_id=command.command_id)
                record(uow, STREAM, [MailChosen(user=actor.user_id, old=old, new=command.mail)], by)
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def choose_keys(self, actor: Actor, command: ChooseKeys) -> None:
        """From now on, in every browser; `SignedIn.single_keys` says what was chosen."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            user = uow.accounts.get(actor.user_id)
            if user.single_keys != command.act:
                uow.accounts.save(replace(user, single_keys=command.act))
                by = Provenance(actor=user.id, at=self._ground.clock.now(), command_id=command.command_id)
                record(uow, STREAM, [KeysChosen(user=user.id, old=user.single_keys, new=command.act)], by)
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)


def _chosen(uow: UnitOfWork, user_id: str) -> str:
    found = uow.notifications.choices([user_id]).get(user_id)
    return found.mail if found is not None else AT_ONCE
