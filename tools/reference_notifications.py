"""The reference of notifications: what happens, who is told, in which words; as the classes of the facts and notices say."""

from collections.abc import Iterator, Sequence

from tools.reference import table
from workflow.audit.facts.fact import Audience
from workflow.audit.facts.notifications import NOTICES
from workflow.audit.facts.registry import FACTS
from workflow.services.auditing.vocabulary import PLACE
from workflow.services.notifications.audiences import MEANINGS

PATH = "docs/reference/notifications.md"
_HEAD = """\
# What happens, and who is told

Made from the classes in `workflow/audit/facts/` and from `workflow/services/notifications/audiences.py` by `python -m tools.reference notifications`.

Told means: a notification in the application, with the number of unread ones beside the bell on every page; and by mail for whoever has confirmed an address, at
once, once a day (07:00) or not at all, as each chooses under *My account*. What is marked **urgent** concerns a deadline, an incident or the way into
an account. Nobody is told of what they may not read, nor of what they did themselves; of one thing at most 100 people are told, each once.

A mail has a text in its reader's language, a link to the thing (where `PUBLIC_URL` is set), one `Message-ID` however often it is tried, and
`Auto-Submitted: auto-generated`. How a fact comes to be told: [Add a fact](../how-to/add-a-fact.md).

Old comments, from before their readers were asked for, are still read by the people of the subject unit.
"""
_LOOKED_AT = """\
## Who may do what has changed: open work is looked at

After each of these, and on the days on which a role or a deputyship begins or ends, every open task that it may touch is looked at. A task whose
holder can no longer do it goes back to its group with its draft (`TaskGivenBack`); a task that nobody can do is an incident at once, of the kind
`unattended`, and the incident is over as soon as somebody can do it again. The same look comes with every new task.
"""


def page() -> str:
    """The page's text."""
    told = table(("What happens", "Who is told", "In these words", ""), _rows())
    looked = ", ".join(f"`{name}`" for name, kind in FACTS.items() if kind.unsettles)
    who = table(("Audience", "Who that is"), ((f"`{name}`", text) for name, text in MEANINGS.items()))
    return f"{_HEAD}\n## What happens → who is told\n\n{told}\n\n## Audiences\n\n{who}\n\n{_LOOKED_AT}\n{looked}.\n"


def _rows() -> Iterator[Sequence[str]]:
    for notice in NOTICES:
        yield _row(notice.happens, notice.who, notice.notice, notice.urgent)
    for name, kind in FACTS.items():
        if kind.notice:
            yield _row(f"`{name}`: {_places(kind.sentence)}", kind.who, kind.notice, kind.urgent)


def _row(happens: str, who: tuple[Audience, ...], notice: str, urgent: bool) -> Sequence[str]:
    return happens, ", ".join(f"`{one}`" for one in who), _places(notice), "urgent" if urgent else ""


def _places(text: str) -> str:
    return PLACE.sub(r"{\1}", text)
