"""What a request asks for: which cases, where to, how mapped. The pages carry it along in their forms; nothing is kept between them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import request
from werkzeug.datastructures import MultiDict

from workflow.errors import N_, InvalidInput, NotFound
from workflow.services.moving.views import MigrationWish

PREFIX = "map:"
"""Before an old node's id, in the name of the field that says where it goes on."""
GIVEN_UP = "-"
"""No id of a node can be this."""
MOST_CASES = 20_000
MOST_STEPS = 500
_LONGEST_ID = 400
_LONGEST_REASON = 4000
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_TARGET = N_("Choose the version to which the cases are to move.")
_NO_CASE = N_("Choose at least one case.")
_TOO_MANY = N_("At most %(most)s cases can be chosen one by one; move all of them, or fewer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`cases` None: every running case. `mapping` None: nothing was said about steps yet, which is not the same as nothing mapped."""

    source: str
    target: str
    cases: tuple[str, ...] | None = None
    mapping: Mapping[str, str | None] | None = None
    unmapped: frozenset[str] = field(default_factory=frozenset)
    """Steps of which it was said that they are not mapped."""
    reason: str = ""

    @property
    def wish(self) -> MigrationWish:
        return MigrationWish(
            from_version=self.source,
            to_version=self.target,
            mapping=self.mapping or {},
            case_ids=None if self.cases is None else list(self.cases),
        )

    @property
    def chosen(self) -> str:
        """The cases as the hidden field carries them: ids with spaces between, nothing for all."""
        return " ".join(self.cases or ())

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The names and values of the mapping's fields."""
        return [(PREFIX + old, GIVEN_UP if new is None else new) for old, new in (self.mapping or {}).items()]

    def only(self, cases: Sequence[str]) -> "Asked":
        return replace(self, cases=tuple(cases))


def asked(version_id: object) -> Asked:
    """Read the request, by GET or POST. Raises `InvalidInput`, `NotFound` for what is no id at all."""
    sent: MultiDict[str, str] = request.form if request.method == "POST" else request.args
    target = sent.get("target", "")
    if not target:
        raise InvalidInput(_NO_TARGET)
    said = [name for name in sent if name.startswith(PREFIX) and len(name) <= _LONGEST_ID]
    values = {name.removeprefix(PREFIX): sent[name].strip()[:_LONGEST_ID] for name in said[:MOST_STEPS]}
    return Asked(
        source=str(version_id),
        target=_id(target),
        cases=_cases(sent),
        mapping={old: None if new == GIVEN_UP else new for old, new in values.items() if new} if said else None,
        unmapped=frozenset(old for old, new in values.items() if not new),
        reason=sent.get("reason", "")[:_LONGEST_REASON],
    )


def _cases(sent: MultiDict[str, str]) -> tuple[str, ...] | None:
    scope = sent.get("scope")
    if scope == "all":
        return None
    found = (
        sent.get("fitting", "").split() if scope == "fitting" else sent.getlist("case") + sent.get("chosen", "").split()
    )
    if not found:
        if scope is not None:
            raise InvalidInput(_NO_CASE)
        return None
    if len(found) > MOST_CASES:
        raise InvalidInput(_TOO_MANY, most=MOST_CASES)
    return tuple(dict.fromkeys(_id(one) for one in found))


def _id(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise NotFound()
    return text
