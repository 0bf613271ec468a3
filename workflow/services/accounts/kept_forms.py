"""Forms that were sent and not carried out: refused, or sent by somebody whose session had ended. Kept a while for who typed them.

They are drafts, not facts: no event tells of them, nothing is decided by them. Only the person who typed one gets to see it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from workflow.errors import InvalidInput, NotFound
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.services.ground.ground import Ground
from workflow.store.accounts import UserRecord
from workflow.store.people.sign_ins import KeptForm
from workflow.store.unit_of_work import rehearsal

REFUSED, ENDED, UNSENT = "refused", "ended", "unsent"
"""Why a form is kept: it was refused; the session of who sent it had ended; something else on its page was sent first."""
LIFETIME = timedelta(days=7)
MOST = 20
"""Forms of one person that hold words, and as many that hold none; the oldest make room for others of their kind."""
LARGEST = 4 * 1024 * 1024
MOST_BYTES = 4 * LARGEST
"""Of one form, and of all of a kind of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a browser sent. `command_id`: that of its command, where it has one; `files`: (field, name), their contents are not kept.

    `wordless`: nobody typed a word of it, as where a file was refused.
    """

    address: str
    fields: Sequence[tuple[str, str]]
    command_id: str = ""
    files: Sequence[tuple[str, str]] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    wordless: bool = False

    def key(self) -> str:
        """The same for the same form, however often it is sent; without words, for all that is sent to its address."""
        return _wordless_key(self.address) if self.wordless else _hashed(self.command_id or self.address)


class KeptFormService:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def keep(self, user_id: str, sent: Sent, why: str) -> str:
        """Keep what was sent, in place of an earlier state of the same form, and return its id.

        Raises `InvalidInput` for more than `LARGEST` bytes, `NotFound` for an unknown person, or one who can no longer sign in.
        """
        size = len(json.dumps([list(pair) for pair in sent.fields], ensure_ascii=False).encode())
        if size > LARGEST:
            raise InvalidInput()
        with self._ground.units() as uow:
            if has_ended(uow.accounts.get(user_id), self._ground.clock.now()):
                raise NotFound()
            form = KeptForm(
                id=uow.kept_forms.id_of(user_id, sent.key()) or new_id(),
                user_id=user_id,
                form_key=sent.key(),
                why=why,
                address=sent.address,
                fields=[list(pair) for pair in sent.fields],
                files=[list(pair) for pair in sent.files],
                said=dict(sent.said),
                size=size,
                kept_at=self._ground.clock.now(),
            )
            uow.kept_forms.put(form)
            uow.kept_forms.drop(_beyond_bounds(uow.kept_forms.of(user_id)))
            uow.commit()
        return form.id

    def of(self, actor: Actor) -> Sequence[KeptForm]:
        """The person's own, newest first."""
        since = self._ground.clock.now() - LIFETIME
        with self._ground.units.reading() as uow:
            return [form for form in uow.kept_forms.of(actor.user_id) if form.kept_at >= since]

    def get(self, actor: Actor, form_id: str) -> KeptForm:
        """Raises `NotFound` for one that there is no more, and for another person's."""
        found = next((form for form in self.of(actor) if form.id == form_id), None)
        if found is None:
            raise NotFound()
        return found

    def forget(self, actor: Actor, form_id: str) -> None:
        """Throw one of the person's own away; one that there is no more is let pass."""
        with self._ground.units() as uow:
            uow.kept_forms.drop([form.id for form in uow.kept_forms.of(actor.user_id) if form.id == form_id])
            uow.commit()

    def carried_out(self, actor: Actor, sent: Sent) -> None:
        """The form has been carried out: what was kept of it, and what its address refused without words, is needed no more."""
        keys = {replace(sent, wordless=False).key(), _wordless_key(sent.address)}
        with self._ground.units.reading() as uow:
            found = [one for key in keys if (one := uow.kept_forms.id_of(actor.user_id, key)) is not None]
        for form_id in found:
            self.forget(actor, form_id)

    def forget_old(self) -> None:
        """Throw away what was kept long enough; the worker calls it daily."""
        with self._ground.units() as uow:
            uow.kept_forms.drop_before(self._ground.clock.now() - LIFETIME)
            uow.commit()

    def look_whether_it_can_be_written(self) -> None:
        """Raise `Busy`, `Unavailable` or `StorageRefused` where nothing can be kept at this moment."""
        with self._ground.units():
            pass

    def rehearsal(self) -> AbstractContextManager[None]:
        """Inside, services answer as they would to a command, and carry nothing out (`Rehearsed`)."""
        return rehearsal()


def has_ended(user: UserRecord, now: datetime) -> bool:
    """Whether nobody can sign in with the account any more."""
    return user.ended_at is not None and user.ended_at <= now


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _wordless_key(address: str) -> str:
    """One place for all that comes to an address without words."""
    return _hashed(f"wordless {address.partition('?')[0]}")


def _beyond_bounds(newest_first: Sequence[KeptForm]) -> list[str]:
    """The ids of those for which there is no room. What holds no words takes none from what does."""
    gone, places, bytes_kept = [], Counter[bool](), Counter[bool]()
    for form in newest_first:
        wordless = form.form_key == _wordless_key(form.address)
        places[wordless] += 1
        bytes_kept[wordless] += form.size
        if places[wordless] > MOST or bytes_kept[wordless] > MOST_BYTES:
            gone.append(form.id)
    return gone
