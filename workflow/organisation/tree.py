"""The organisation tree on a given day: paths, bodies, jurisdiction, successors."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from workflow.errors import N_, InvalidInput, NotFound
from workflow.organisation.records import LEVELS, Organisation, Succession

_UNKNOWN = N_("There is no organisation %(id)s.")
_NO_CODE = N_("There is no organisation with the code %(code)s on %(on)s.")
_NO_AREA = N_("%(subject)s has no area of the level %(level)s on %(on)s.")
_NO_BODY = N_("There is no %(kind)s for %(area)s on %(on)s. An administrator must add it.")
_NO_MANAGER = N_("It is not recorded who manages %(subject)s on %(on)s.")
_NONE_LEFT = N_("Nothing stands in the place of %(name)s on %(on)s.")
_SEVERAL = N_("Several stand in the place of %(name)s on %(on)s: %(successors)s. Choose one of them.")
_MALFORMED = N_("%(jurisdiction)s names no body. Expected is subject, or a kind and a level such as police@district.")

_KEPT = 256
"""How many reaches a tree keeps."""


class OrganisationTree:
    """All organisations and successions, asked by day. It is built once and never changed."""

    def __init__(self, organisations: Iterable[Organisation], successions: Iterable[Succession] = ()) -> None:
        self._by_id = {organisation.id: organisation for organisation in organisations}
        self._by_code: dict[str, list[Organisation]] = defaultdict(list)
        self._bodies: dict[tuple[str, str | None], list[Organisation]] = defaultdict(list)
        for organisation in self._by_id.values():
            self._by_code[organisation.code].append(organisation)
            self._bodies[organisation.kind, organisation.territory_id].append(organisation)
        self._reach: dict[tuple[str, date], frozenset[str]] = {}
        self._after: dict[str, list[Succession]] = defaultdict(list)
        self._before: dict[str, list[Succession]] = defaultdict(list)
        self._successions = tuple(successions)
        for succession in self._successions:
            self._after[succession.predecessor_id].append(succession)
            self._before[succession.successor_id].append(succession)

    def get(self, organisation_id: str) -> Organisation:
        """Return the organisation, valid or not. Raises `NotFound`."""
        if (found := self._by_id.get(organisation_id)) is None:
            raise NotFound(_UNKNOWN, id=organisation_id)
        return found

    def all(self) -> tuple[Organisation, ...]:
        """Return every organisation, ended and future ones included."""
        return tuple(self._by_id.values())

    def may_differ(self, other: "OrganisationTree", days: Iterable[date]) -> frozenset[date]:
        """Return those of the days on which the two could find different bodies: names, papers and later ends make none."""
        pairs = [(self._by_id.get(id_), other._by_id.get(id_)) for id_ in self._by_id.keys() | other._by_id.keys()]
        changed = [(old, new) for old, new in pairs if old != new]
        links = set(self._successions) ^ set(other._successions)
        return frozenset(
            day
            for day in days
            if any(link.on <= day for link in links)
            or any(_sight(old, day) != _sight(new, day) for old, new in changed)
        )

    def is_body(self, organisation_id: str) -> bool:
        """Whether it is a body that acts for an area, not a unit or an area itself. Raises `NotFound`."""
        return self.get(organisation_id).is_body

    def by_code(self, code: str, on: date) -> Organisation:
        """Return the organisation that bears the code on that day. Raises `NotFound`."""
        for organisation in self._by_code.get(code, ()):
            if organisation.is_valid(on):
                return organisation
        raise NotFound(_NO_CODE, code=code, on=on.isoformat())

    def valid(self, on: date) -> tuple[Organisation, ...]:
        """Return the organisations that exist on that day, in the order given."""
        return tuple(organisation for organisation in self._by_id.values() if organisation.is_valid(on))

    def successors(self, organisation_id: str, on: date) -> tuple[Organisation, ...]:
        """Return what had directly taken the organisation's place by that day; none for one that still stands."""
        return tuple(self.get(s.successor_id) for s in self._after.get(organisation_id, ()) if s.on <= on)

    def predecessors(self, organisation_id: str, on: date) -> tuple[Organisation, ...]:
        """Return what the organisation had directly taken the place of by that day."""
        return tuple(self.get(s.predecessor_id) for s in self._before.get(organisation_id, ()) if s.on <= on)

    def current_of(self, organisation_id: str, on: date) -> Organisation:
        """Return the organisation itself, or the one that stands in its place on that day.

        Raises `NotFound` where there is none or, after a split, more than one.
        """
        standing = tuple(dict.fromkeys(self._standing(self.get(organisation_id), on, set())))
        if len(standing) == 1:
            return standing[0]
        template = _SEVERAL if standing else _NONE_LEFT
        raise NotFound(
            template,
            name=self.get(organisation_id).name_vi,
            on=on.isoformat(),
            successors=", ".join(s.name_vi for s in standing),
        )

    def path(self, organisation_id: str, on: date) -> tuple[Organisation, ...]:
        """Return the areas in which the organisation sits, upward; an area's path starts with itself.

        An area that has ended is replaced by its one successor, or left out where it has none or several, as the districts
        of before 1 July 2025.
        """
        organisation = self.get(organisation_id)
        start = organisation.id if organisation.is_area else organisation.territory_id
        return tuple(area for area in self._upward(start, on) if area.is_valid(on))

    def managing_path(self, organisation_id: str, on: date) -> tuple[Organisation, ...]:
        """Return the areas whose bodies answer for the organisation, upward.

        For an area or a body they are those of its path. For a unit they start at its managing level: a provincial
        university sits in a city, but the city's bodies do not answer for it. Raises `NotFound` when no path leads there.
        """
        organisation = self.get(organisation_id)
        if organisation.managing_id is None or organisation.is_area:
            return self.path(organisation_id, on)
        areas = self.path(organisation.managing_id, on)
        if not areas:
            raise NotFound(_NO_MANAGER, subject=organisation.name_vi, on=on.isoformat())
        return areas

    def covers(self, holder_id: str, organisation_id: str, on: date) -> bool:
        """Whether the holder's jurisdiction on that day includes the organisation.

        The holder is the organisation itself, an area over it, or a body of such an area. The one that took the place of an
        ended area also covers what that area covered; after a split none does. A holder that is not valid on that day
        covers nothing.
        """
        holder = self.get(holder_id)
        if not holder.is_valid(on):
            return False
        if holder.id == organisation_id:
            return True
        if not (holder.is_area or holder.is_body):
            return False
        area_id = holder.id if holder.is_area else holder.territory_id
        return area_id in self._covering(self.get(organisation_id), on)

    def reach(self, holder_id: str, on: date) -> frozenset[str]:
        """Return the ids of all organisations that the holder covers on that day, or covered on the last day they existed.

        Computed once a holder and day and kept: the tree never changes.
        """
        known = self._reach.get((holder_id, on))
        if known is None:
            known = frozenset(
                one.id
                for one in self._by_id.values()
                if self.covers(holder_id, one.id, on) or (one.valid_to and self.covers(holder_id, one.id, one.valid_to))
            )
            if len(self._reach) >= _KEPT:
                self._reach.clear()  # days pass while a tree may live for months
            self._reach[holder_id, on] = known
        return known

    def body_for(self, jurisdiction: str, subject_id: str, on: date) -> Organisation:
        """Return the body that a task's jurisdiction names for the subject: `subject`, or `<kind>@<level>`.

        `<kind>@managing` takes the subject's managing level. Raises `NotFound` naming what is missing, or `InvalidInput`.
        """
        if jurisdiction == "subject":
            return self.get(subject_id)
        kind, separator, level = jurisdiction.partition("@")
        subject = self.get(subject_id)
        if level == "managing":
            level = subject.managing_level or ""
        if not kind or not separator or level not in LEVELS:
            raise InvalidInput(_MALFORMED, jurisdiction=jurisdiction)
        area = self._area_at(subject, level, on)
        for body in self._bodies.get((kind, area.id), ()):
            if body.level == level and body.is_valid(on):
                return body
        raise NotFound(_NO_BODY, kind=kind, area=area.name_vi, on=on.isoformat())

    def _area_at(self, subject: Organisation, level: str, on: date) -> Organisation:
        """Prefer the managing path: a unit may be managed from another area of that level than the one it sits in."""
        for areas in (self._managing_areas(subject, on), self.path(subject.id, on)):
            for area in areas:
                if area.level == level:
                    return area
        raise NotFound(_NO_AREA, subject=subject.name_vi, level=level, on=on.isoformat())

    def _managing_areas(self, subject: Organisation, on: date) -> tuple[Organisation, ...]:
        return self.path(subject.managing_id, on) if subject.managing_id and not subject.is_area else ()

    def _covering(self, organisation: Organisation, on: date) -> set[str]:
        """Return the ids of the areas over it, ended ones and the successors of those included."""
        start = organisation.id if organisation.is_area else organisation.territory_id
        if organisation.managing_id is not None and not organisation.is_area:
            manager = self.get(organisation.managing_id)
            start = manager.id if manager.is_area else manager.territory_id
        covering: set[str] = set()
        while start is not None and start not in covering:
            area = self.get(start)
            covering.add(area.id)
            if not area.is_valid(on):
                covering |= {above.id for above in self._upward(area.id, on)}
            start = area.territory_id
        return covering

    def _upward(self, area_id: str | None, on: date) -> Iterator[Organisation]:
        seen: set[str] = set()
        while area_id is not None and area_id not in seen:
            seen.add(area_id)
            area = self.get(area_id)
            standing = tuple(dict.fromkeys(self._standing(area, on, set())))
            if not area.is_valid(on) and len(standing) == 1:
                area = standing[0]
            yield area
            area_id = area.territory_id

    def _standing(self, organisation: Organisation, on: date, seen: set[str]) -> Iterator[Organisation]:
        """Yield what stands for the organisation on that day; `seen` ends circles that wrong data could make."""
        if organisation.id in seen:
            return
        seen.add(organisation.id)
        if organisation.is_valid(on):
            yield organisation
            return
        for successor in self.successors(organisation.id, on):
            yield from self._standing(successor, on, seen)


def _sight(organisation: Organisation | None, on: date) -> tuple[object, ...] | None:
    """What a path or a search for a body sees of it on that day; of one that was not there before, nothing until it begins."""
    if organisation is None:
        return None
    return (
        organisation.is_valid(on),
        organisation.kind,
        organisation.level,
        organisation.territory_id,
        organisation.managing_level,
        organisation.managing_id,
    )
