"""The first page of cases and of events that are found by words, and the same page of the same rows read by their ids, of a million. See README.md."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from filling import Sizes, fill
from shared import Place, middle, options, places, say, spent_by

from workflow.bootstrap import Container, build
from workflow.store.auditing import EventFilter, Events, events
from workflow.store.casework import CaseFilter
from workflow.store.rows import AtLeast, Page
from workflow.store.unit_of_work import UnitOfWork

ROWS, QUICK_ROWS = 1_000_000, 2_000
PAGES, QUICK_PAGES, WARM_UP = 40, 5, 3
FIRST = Page(limit=25)
QUERIES = {
    "one": "dh 2023 77712",
    "hundreds": "7771",
    "hundreds_and_common_words": "xã số 7771",
    "a_thousand": "w777",
    "a_thousand_and_common_words": "xã w777 commune",
    "more": "xã số",
}
"""Of a million: one number, some hundreds of rows, the same with words that all have, about a thousand, all."""

Found = tuple[Sequence[Any], int]
Search = Callable[[UnitOfWork, Page], Found]


class EventsById(Events):
    """The same search, of rows that are known."""

    def __init__(self, connection: sa.Connection, ids: Collection[str]) -> None:
        super().__init__(connection)
        self._ids = ids

    def _condition(self, where: EventFilter) -> sa.ColumnElement[bool]:
        return events.c.id.in_(self._ids)


def main() -> None:
    """Measure on each database and print."""
    chosen = options(__doc__ or "")
    rows, pages = (QUICK_ROWS, QUICK_PAGES) if chosen.quick else (ROWS, PAGES)
    result: dict[str, Any] = {"ratio": {}, "events_ratio": {}}
    for place in places(chosen.only):
        container = opened(place, rows)
        for of, prefix in ((cases_by, ""), (events_by, "events_")):
            measured = {name: measure(container, *of(text), pages) for name, text in QUERIES.items()}
            bounded = {name: one for name, one in measured.items() if not isinstance(one["found"], AtLeast)}
            result[f"{prefix}ratio"][place.kind] = max(one["ratio"] for one in bounded.values())
            result.setdefault(f"{prefix}ratios", {})[place.kind] = {name: one["ratio"] for name, one in bounded.items()}
            for name in ("found", "search_ms", "by_ids_ms"):
                every = {query: one[name] for query, one in measured.items()}
                result.setdefault(f"{prefix}{name}", {})[place.kind] = every
        container.close()
    say({**result, "rows": rows, "n": pages})


def opened(place: Place, rows: int) -> Container:
    """The services on a database with so many cases, ten a unit, and as many events."""
    url = place.database()
    fill(url, Sizes(rows * 10), tasks=False, events=True)
    return build(place.folder, url=url)


def cases_by(text: str) -> tuple[Search, Callable[[Sequence[Any]], Search]]:
    """As the list of cases reads them."""

    def search(where: CaseFilter, uow: UnitOfWork, page: Page) -> Found:
        return uow.unit_cases.search(where, page)

    return partial(search, CaseFilter(text=text)), lambda found: partial(
        search, CaseFilter(ids=[one.id for one in found])
    )


def events_by(text: str) -> tuple[Search, Callable[[Sequence[Any]], Search]]:
    """As the page of all events reads them."""
    where = EventFilter(text=text)

    def by_ids(ids: Collection[str], uow: UnitOfWork, page: Page) -> Found:
        return EventsById(uow._connection, ids).search(where, page)

    return lambda uow, page: uow.events.search(where, page), lambda found: partial(by_ids, [one.id for one in found])


def measure(
    container: Container, by_words: Search, known: Callable[[Sequence[Any]], Search], pages: int
) -> dict[str, Any]:
    """The medians in milliseconds; both take turns, so that what else the machine does falls on both."""
    with container.units.reading() as uow:
        every, total = by_words(uow, Page(limit=1000))
    by_ids = known(every)
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(WARM_UP + pages):
        for search, times in zip((by_words, by_ids), spent, strict=True):
            times.append(spent_by(partial(first_page, container, search)).wall)
    search_ms, by_ids_ms = (middle(times[WARM_UP:]) for times in spent)
    return {"found": total, "search_ms": search_ms, "by_ids_ms": by_ids_ms, "ratio": round(search_ms / by_ids_ms, 2)}


def first_page(container: Container, search: Search) -> Sequence[Any]:
    """The rows of the page, and the number of all."""
    with container.units.reading() as uow:
        return search(uow, FIRST)[0]


if __name__ == "__main__":
    main()
