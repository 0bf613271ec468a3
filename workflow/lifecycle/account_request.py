"""An act on an account that takes a second person: asked for by one, confirmed or refused by another."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import N_, TransitionRefused
from workflow.lifecycle.lifecycle import Guard, Lifecycle, Transition, refuse_with


class RequestState(StrEnum):
    """Only what is `asked` may still come about."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """What is true of the actor and the request.

    `is_asker`: the asker, or one of the two stands in for the other. `is_gainer`: the act itself gives the actor power. `may_decide`: an
    administrator who reaches what it is about, or the person concerned. `is_dependent`: the way into one account goes through the other's hands.
    """

    is_asker: bool = False
    is_gainer: bool = False
    may_decide: bool = False
    is_dependent: bool = False
    is_due: bool = False
    who_can_act: tuple[str, ...] = ()


_OWN = N_("Whoever asked for this cannot be the second person, nor somebody who stands in for them.")
_GAINER = N_("You cannot confirm what gives yourself a right.")
_NOT_ADMINISTRATOR = N_(
    "Only another administrator who is responsible for this account, or the person concerned, may do that."
)
_DEPENDENT = N_(
    "The way into one of the two accounts went through the other's hands (who printed its link or entered its address), so the two of you "
    "do not count as two people. Another administrator, or the server's command line, can confirm this."
)
_NOT_ASKER = N_("Only who asked for this may withdraw it.")
_TOO_LATE = N_("Nobody confirmed this in time. Ask for it again.")
_NOT_DUE = N_("This can still be confirmed.")

IN_TIME: Guard[RequestContext] = Guard(
    "in_time", lambda c: not c.is_due, refuse_with(TransitionRefused, _TOO_LATE), of_actor=False
)
NOT_ASKER: Guard[RequestContext] = Guard(
    "another_person", lambda c: not c.is_asker, refuse_with(TransitionRefused, _OWN)
)
NOT_GAINER: Guard[RequestContext] = Guard(
    "gains_nothing", lambda c: not c.is_gainer, refuse_with(TransitionRefused, _GAINER)
)
MAY_DECIDE: Guard[RequestContext] = Guard(
    "may_decide", lambda c: c.may_decide, refuse_with(TransitionRefused, _NOT_ADMINISTRATOR)
)
INDEPENDENT: Guard[RequestContext] = Guard(
    "independent", lambda c: not c.is_dependent, refuse_with(TransitionRefused, _DEPENDENT)
)
IS_ASKER: Guard[RequestContext] = Guard("asker", lambda c: c.is_asker, refuse_with(TransitionRefused, _NOT_ASKER))
IS_DUE: Guard[RequestContext] = Guard(
    "due", lambda c: c.is_due, refuse_with(TransitionRefused, _NOT_DUE), of_actor=False
)

ASKED, CONFIRMED = RequestState.ASKED.value, RequestState.CONFIRMED.value
REFUSED, WITHDRAWN, EXPIRED = RequestState.REFUSED.value, RequestState.WITHDRAWN.value, RequestState.EXPIRED.value

TRANSITIONS: tuple[Transition[RequestContext], ...] = (
    Transition("confirm", (ASKED,), CONFIRMED, (IN_TIME, NOT_ASKER, NOT_GAINER, MAY_DECIDE, INDEPENDENT)),
    Transition("refuse", (ASKED,), REFUSED, (NOT_ASKER, MAY_DECIDE)),
    Transition("withdraw", (ASKED,), WITHDRAWN, (IS_ASKER,)),
    Transition("expire", (ASKED,), EXPIRED, (IS_DUE,)),
)

ACCOUNT_REQUEST = Lifecycle("account-request", RequestState, RequestState.ASKED, TRANSITIONS)
