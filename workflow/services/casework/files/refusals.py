"""Why a file is not taken, in one sentence that says what to do. `what` names the place in the file."""

from workflow.errors import N_, InvalidInput


def other(ending: str) -> InvalidInput:
    return InvalidInput(
        N_("The content is not what the name's ending (%(ending)s) says: open the file, save it anew and send that."),
        ending=ending,
    )


def damaged() -> InvalidInput:
    return InvalidInput(
        N_("The file is damaged or locked with a password: open it, save it anew without a password and send that.")
    )


def programs(what: str) -> InvalidInput:
    return InvalidInput(
        N_("The file has macros or other programs in it (%(what)s): save it without them, or as PDF, and send that."),
        what=what,
    )


def embedded(what: str) -> InvalidInput:
    return InvalidInput(
        N_("Another file is embedded in this one (%(what)s): paste it as a picture, or save as PDF, and send that."),
        what=what,
    )


def fetched(what: str) -> InvalidInput:
    return InvalidInput(
        N_("The file fetches something from elsewhere when opened (%(what)s): save it as PDF and send that."), what=what
    )


def behind() -> InvalidInput:
    return InvalidInput(
        N_("Something else is hidden before, in or behind this file: open it, save or print it anew and send that.")
    )


def too_much(megabytes: int) -> InvalidInput:
    return InvalidInput(
        N_("The file unpacks to more than %(megabytes)s MB: save it as PDF or in parts and send those."),
        megabytes=megabytes,
    )
