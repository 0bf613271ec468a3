"""One-time links: how people get into their accounts without anybody else seeing a password, and how an address is shown to be theirs.

A link carries 256 bits; the database keeps their hash. It is mailed to the account's address or printed once, it ends after three days, and a
newer one of its kind revokes it. Opening it changes nothing: only the form that it shows does.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workflow.audit.facts.accounts import AddressConfirmed, LinkIssued, PasswordSet
from workflow.audit.facts.fact import ABSENT
from workflow.errors import N_, InvalidInput
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.ports import Mail, Mailer
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.services.accounts.credentials import Passwords, Vault, check_password
from workflow.services.accounts.directory import STREAM, Asked, lock
from workflow.services.accounts.sessions import hash_of
from workflow.services.ground.ground import Ground
from workflow.store.account_requests import LinkRecord
from workflow.store.accounts import UserRecord
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork

PASSWORD, ADDRESS = "password", "address"
LIFE = timedelta(days=3)
JOB = "account-link"
_DEAD = N_(
    "This link counts no longer: it was used, it is older than three days, or a newer one was made. Ask your administrator for another."
)
_NOT_YOURS = N_("Sign in with the account to which this address belongs, then open the link again.")


class Links:
    """Makes links, in the transaction of who orders them. `mails`: whether a mail server is configured."""

    def __init__(self, vault: Vault, *, mails: bool) -> None:
        self._vault = vault
        self.mails = mails

    def own_address(self, user: UserRecord) -> str | None:
        """Where a link for the user can be mailed to without anybody else: the address that they confirmed."""
        return user.own_address if self.mails else None

    def mail(self, uow: UnitOfWork, user: UserRecord, purpose: str, by: Provenance, asked: Asked) -> None:
        """Mail a link to the account's address. The token waits for the mail server sealed; who reads the database cannot use it."""
        token = self._issue(uow, user, purpose, by, asked, email=user.email)
        payload = {"to": user.email, "locale": user.locale, "purpose": purpose, "sealed": self._vault.seal(token)}
        uow.jobs.add([JobRecord(id=new_id(), kind=JOB, payload=payload, run_at=by.at, created_at=by.at)])

    def print(self, uow: UnitOfWork, user: UserRecord, by: Provenance, asked: Asked) -> str:
        """Return the token of a link that is handed over on paper."""
        return self._issue(uow, user, PASSWORD, by, asked, email=None)

    def _issue(
        self, uow: UnitOfWork, user: UserRecord, purpose: str, by: Provenance, asked: Asked, *, email: str | None
    ) -> str:
        token = secrets.token_urlsafe(32)
        printed_by = None if email is not None or by.actor == SYSTEM else by.actor
        uow.account_links.revoke(user.id, purpose, by.at)
        link = LinkRecord(
            id=new_id(),
            user_id=user.id,
            purpose=purpose,
            token_hash=hash_of(token),
            created_at=by.at,
            expires_at=by.at + LIFE,
            email=email,
            hands=printed_by,
        )
        uow.account_links.add(link)
        fact = LinkIssued(
            user=user.id,
            link=link.id,
            purpose=purpose,
            email=email,
            expires_at=link.expires_at.isoformat(),
            token_hash=link.token_hash,
            asked_by=asked.by,
            request=asked.request,
        )
        record(uow, STREAM, [fact], by)
        return token


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link that still counts: whose it is, and what for."""

    purpose: str
    login: str
    name: str
    email: str | None


class LinkService:
    """For whoever holds a link. Nobody is signed in by one: after the password comes the sign-in, with the second factor."""

    def __init__(self, ground: Ground, passwords: Passwords, vault: Vault) -> None:
        self._ground = ground
        self._passwords = passwords
        self._vault = vault

    def keep(self, token: str) -> str:
        """The token as a browser may carry it from the link to its form: readable by us alone."""
        return self._vault.seal(token)

    def kept(self, sealed: str) -> str:
        """The token that `keep` sealed."""
        return self._vault.open(sealed)

    def look(self, token: str) -> LinkView:
        """What the link is for; looking changes nothing. Raises `InvalidInput` for one that counts no longer, or never did."""
        with self._ground.units.reading() as uow:
            link, user = _alive(uow, token, self._ground.clock.now())
        return LinkView(purpose=link.purpose, login=user.login, name=user.name, email=link.email)

    def set_password(self, token: str, password: str) -> None:
        """Set the password of the account that the link is for; it is used up then, and every session ends.

        A second factor stays as it is. Raises `InvalidInput` for a dead link and for an unusable password, which leaves the link alive.
        """
        with self._ground.units.reading() as uow:
            link, user = _alive(uow, token, self._ground.clock.now(), PASSWORD)
        check_password(password, user.login)
        password_hash = self._passwords.hash(password)
        with self._ground.units() as uow:
            lock(uow)
            now = self._ground.clock.now()
            link, user = _alive(uow, token, now, PASSWORD)
            confirms = link.email is not None and link.email == user.email
            uow.accounts.save(
                replace(
                    user,
                    password_hash=password_hash,
                    email_confirmed_at=now if confirms else user.email_confirmed_at,
                    way_in_by=user.way_in_by if link.email is not None else link.hands,
                )
            )
            uow.account_links.use(link.id, now)
            fact = PasswordSet(
                user=user.id,
                link=link.id,
                confirms=confirms,
                sessions_revoked=uow.sign_ins.revoke_all(user.id, now),
                way_in_by=ABSENT if link.email is not None else link.hands,
            )
            record(uow, STREAM, [fact], Provenance(actor=user.id, at=now))
            uow.commit()

    def confirm_address(self, token: str, actor: Actor | None) -> None:
        """The user shows, signed in, that mail to the address reaches them. Raises `InvalidInput`."""
        with self._ground.units() as uow:
            lock(uow)
            now = self._ground.clock.now()
            link, user = _alive(uow, token, now, ADDRESS)
            if actor is None or actor.user_id != user.id:
                raise InvalidInput(_NOT_YOURS)
            uow.accounts.save(replace(user, email_confirmed_at=now))
            uow.account_links.use(link.id, now)
            fact = AddressConfirmed(user=user.id, link=link.id, email=user.email or "")
            record(uow, STREAM, [fact], Provenance(actor=user.id, at=now))
            uow.commit()


def _alive(uow: UnitOfWork, token: str, now: datetime, purpose: str | None = None) -> tuple[LinkRecord, UserRecord]:
    link = uow.account_links.by_token(hash_of(token))
    if link is None or link.used_at is not None or link.revoked_at is not None or link.expires_at <= now:
        raise InvalidInput(_DEAD)
    user = uow.accounts.get(link.user_id)
    ended = user.ended_at is not None and user.ended_at <= now
    moved = link.purpose == ADDRESS and link.email != user.email
    if ended or moved or (purpose is not None and link.purpose != purpose):
        raise InvalidInput(_DEAD)
    return link, user


SUBJECT = {
    PASSWORD: N_("Công nhận: set your password"),
    ADDRESS: N_("Công nhận: confirm your e-mail address"),
}
TEXT = {
    PASSWORD: N_(
        "An account in Công nhận is waiting for its password. Open this link within three days and choose one:"
    ),
    ADDRESS: N_(
        "This address was entered for your account in Công nhận. Sign in, then open this link within three days:"
    ),
}
CLOSING = N_("The link works once. If you did not expect this mail, tell your administrator. Please do not answer it.")


def link_errand(
    mailer: Mailer, vault: Vault, translate: Callable[[str, str], str], site: str
) -> Callable[[JobRecord], None]:
    """Return what mails links: outside any transaction. `site`: the address of the installation."""

    def run(job: JobRecord) -> None:
        language, purpose = job.payload["locale"], job.payload["purpose"]
        link = f"{site}/lien-ket/{vault.open(job.payload['sealed'])}"
        parts = (translate(language, TEXT[purpose]), link, translate(language, CLOSING))
        subject = translate(language, SUBJECT[purpose])
        mailer.send(Mail(to=job.payload["to"], subject=subject, text="\n\n".join(parts), key=job.id, at=job.created_at))

    return run
