"""What roles do, which duties may not meet in one person, and what takes a second person: one table, which is data.

It is `definitions/duties.toml`; everything that gives or uses a right asks it.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from workflow.alphabets import UnfitSign, fit
from workflow.errors import N_, ConfigurationError
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.organisation.tree import OrganisationTree

FILE = "duties.toml"
SUBJECT = "subject"
_WRONG = N_("%(file)s: %(problem)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a role does. `second_person`: giving it takes one. `second_factor`: it does not count before one is set up."""

    id: str
    vi: str
    en: str
    second_person: bool = False
    second_factor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Incompatible:
    """Duties that one person may not have at the same time."""

    first: frozenset[str]
    second: frozenset[str]
    anywhere: bool

    def holds(self, one: str, other: str) -> bool:
        """Whether it speaks of these two duties."""
        return (one in self.first and other in self.second) or (other in self.first and one in self.second)


class Held(Protocol):
    """A role at an organisation on certain days: an assignment, or one that is asked for."""

    @property
    def role(self) -> str: ...
    @property
    def organisation_id(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTable:
    """`of_role`: role → duty; `places`: role → kinds of organisation; `unlisted`: the duty of any other role at the unit, at a body."""

    duties: Mapping[str, Duty]
    of_role: Mapping[str, str]
    places: Mapping[str, frozenset[str]]
    unlisted: tuple[str, str]
    incompatible: tuple[Incompatible, ...]

    def duty(self, role: str, organisation_id: str, tree: OrganisationTree) -> Duty:
        """What the role does there."""
        name = self.of_role.get(role)
        if name is None:
            name = self.unlisted[tree.is_body(organisation_id)]
        return self.duties[name]

    def needs_second_factor(self, held: Iterable[Held], tree: OrganisationTree) -> bool:
        """Whether one of the roles counts only with a second factor."""
        return any(self.duty(one.role, one.organisation_id, tree).second_factor for one in held)

    def takes_second_person(self, held: Iterable[Held], tree: OrganisationTree) -> bool:
        """Whether one of the roles is given by two people only."""
        return any(self.duty(one.role, one.organisation_id, tree).second_person for one in held)

    def clash(self, new: Held, held: Iterable[Held], tree: OrganisationTree) -> Held | None:
        """The first of the roles that may not meet the new one in one person, or None."""
        return next((one for one in held if self._clash(new, one, tree)), None)

    def may_sit(self, role: str, bodies: Collection[str], organisation_id: str, tree: OrganisationTree) -> bool:
        """Whether the role can be held at that organisation.

        `bodies`: the kinds of body at which procedures have a role of that name; `subject` for the unit itself.
        """
        place = tree.get(organisation_id)
        kinds = self.places.get(role, frozenset()) | frozenset(bodies)
        means = {SUBJECT: not place.is_body, "area": place.is_area, "body": place.is_body}
        return place.kind in kinds or any(means[kind] for kind in kinds & means.keys())

    def _clash(self, new: Held, old: Held, tree: OrganisationTree) -> bool:
        days = _common_days(new, old)
        if days is None:
            return False
        first = self.duty(new.role, new.organisation_id, tree).id
        second = self.duty(old.role, old.organisation_id, tree).id
        for rule in self.incompatible:
            if rule.holds(first, second) and (rule.anywhere or _overlap(new, old, tree, days)):
                return True
        return False


def load_duties(source: bytes) -> DutyTable:
    """Read the table. Raises `ConfigurationError` naming what is wrong."""
    try:
        root = fit(tomllib.loads(source.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, UnfitSign) as error:
        raise _wrong(str(error)) from error
    _closed(root, "the file", {"duties", "roles", "unlisted", "incompatible"})
    duties = {one.id: one for one in map(_duty, _tables(root, "duties"))}
    roles = _tables(root, "roles")
    for entry in roles:
        _closed(entry, "roles", {"id", "duty", "places"})
    of_role = {_text(entry, "id"): _known(duties, _text(entry, "duty")) for entry in roles}
    if len(of_role) < len(roles):
        raise _wrong("a role is listed twice")
    if missing := SYSTEM_ROLES - of_role.keys():
        raise _wrong(f"no duty is given for {', '.join(sorted(missing))}")
    unlisted = root.get("unlisted")
    if not isinstance(unlisted, Mapping):
        raise _wrong("[unlisted] is missing")
    _closed(unlisted, "unlisted", {"subject", "body"})
    return DutyTable(
        duties=duties,
        of_role=of_role,
        places={_text(entry, "id"): frozenset(_texts(entry, "places")) for entry in roles if "places" in entry},
        unlisted=(_known(duties, _text(unlisted, "subject")), _known(duties, _text(unlisted, "body"))),
        incompatible=tuple(_incompatible(entry, duties) for entry in _tables(root, "incompatible")),
    )


def _duty(entry: Mapping[str, Any]) -> Duty:
    _closed(entry, "duties", {"id", "vi", "en", "second_person", "second_factor"})
    return Duty(
        id=_text(entry, "id"),
        vi=_text(entry, "vi"),
        en=_text(entry, "en"),
        second_person=_truth(entry, "second_person"),
        second_factor=_truth(entry, "second_factor"),
    )


def _incompatible(entry: Mapping[str, Any], duties: Mapping[str, Duty]) -> Incompatible:
    _closed(entry, "incompatible", {"first", "second", "where"})
    where = _text(entry, "where")
    if where not in ("overlapping", "anywhere"):
        raise _wrong(f'where is "overlapping" or "anywhere", not "{where}"')
    first, second = (frozenset(_known(duties, name) for name in _texts(entry, key)) for key in ("first", "second"))
    return Incompatible(first=first, second=second, anywhere=where == "anywhere")


def _common_days(one: Held, other: Held) -> tuple[date, ...] | None:
    """The first and the last day on which both hold; the first alone where they have no end. None where there is none."""
    first = max(one.valid_from, other.valid_from)
    ends = [day for day in (one.valid_to, other.valid_to) if day is not None]
    if ends and min(ends) < first:
        return None
    return (first, min(ends)) if ends else (first,)


def _overlap(one: Held, other: Held, tree: OrganisationTree, days: tuple[date, ...]) -> bool:
    """Whether one has jurisdiction over the other, on these days, or as the organisations stood when they began or ended."""
    places = tree.get(one.organisation_id), tree.get(other.organisation_id)
    bounds = {*days, *(place.valid_from for place in places), *(day for place in places if (day := place.valid_to))}
    a, b = one.organisation_id, other.organisation_id
    return a == b or any(tree.covers(a, b, day) or tree.covers(b, a, day) for day in bounds)


def _wrong(problem: str) -> ConfigurationError:
    return ConfigurationError(_WRONG, file=FILE, problem=problem)


def _closed(entry: Mapping[str, Any], where: str, keys: set[str]) -> None:
    if unknown := entry.keys() - keys:
        raise _wrong(f"{where} has an unknown entry {', '.join(sorted(unknown))}")


def _tables(root: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = root.get(key)
    if not isinstance(found, list) or not found or not all(isinstance(one, Mapping) for one in found):
        raise _wrong(f"[[{key}]] is missing")
    return found


def _text(entry: Mapping[str, Any], key: str) -> str:
    found = entry.get(key)
    if not isinstance(found, str) or not found:
        raise _wrong(f"{key} must be a text")
    return found


def _texts(entry: Mapping[str, Any], key: str) -> list[str]:
    found = entry.get(key)
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise _wrong(f"{key} must be a list of texts")
    return found


def _truth(entry: Mapping[str, Any], key: str) -> bool:
    found = entry.get(key, False)
    if not isinstance(found, bool):
        raise _wrong(f"{key} must be true or false")
    return found


def _known(duties: Mapping[str, Duty], name: str) -> str:
    if name not in duties:
        raise _wrong(f"there is no duty {name}")
    return name
