"""The first page of cases that are found by words, and the same page of the same cases read by their ids, of a million. See README.md."""

from functools import partial
from typing import Any

from filling import Sizes, fill
from shared import Place, middle, options, places, say, spent_by

from workflow.bootstrap import Container, build
from workflow.store.casework import CaseFilter, UnitCase
from workflow.store.rows import AtLeast, Page

CASES, QUICK_CASES = 1_000_000, 2_000
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
"""Of a million: one number, some hundreds of cases, the same with words that all cases have, about a thousand, all."""


def main() -> None:
    """Measure on each database and print."""
    chosen = options(__doc__ or "")
    cases, pages = (QUICK_CASES, QUICK_PAGES) if chosen.quick else (CASES, PAGES)
    result: dict[str, Any] = {name: {} for name in ("ratio", "ratios", "found", "search_ms", "by_ids_ms")}
    for place in places(chosen.only):
        container = opened(place, cases)
        measured = {name: measure(container, text, pages) for name, text in QUERIES.items()}
        container.close()
        bounded = {name: one for name, one in measured.items() if not isinstance(one["found"], AtLeast)}
        result["ratio"][place.kind] = max(one["ratio"] for one in bounded.values())
        result["ratios"][place.kind] = {name: one["ratio"] for name, one in bounded.items()}
        for name in ("found", "search_ms", "by_ids_ms"):
            result[name][place.kind] = {query: one[name] for query, one in measured.items()}
    say({**result, "cases": cases, "n": pages})


def opened(place: Place, cases: int) -> Container:
    """The services on a database with so many cases, ten a unit."""
    url = place.database()
    fill(url, Sizes(cases * 10), tasks=False)
    return build(place.folder, url=url)


def measure(container: Container, text: str, pages: int) -> dict[str, Any]:
    """The medians in milliseconds; both take turns, so that what else the machine does falls on both."""
    with container.units.reading() as uow:
        every, total = uow.unit_cases.search(CaseFilter(text=text), Page(limit=1000))
    by_words, by_ids = CaseFilter(text=text), CaseFilter(ids=[case.id for case in every])
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(WARM_UP + pages):
        for where, times in zip((by_words, by_ids), spent, strict=True):
            times.append(spent_by(partial(first_page, container, where)).wall)
    search_ms, by_ids_ms = (middle(times[WARM_UP:]) for times in spent)
    return {"found": total, "search_ms": search_ms, "by_ids_ms": by_ids_ms, "ratio": round(search_ms / by_ids_ms, 2)}


def first_page(container: Container, where: CaseFilter) -> list[UnitCase]:
    """As the list of cases reads it, with the number of all."""
    with container.units.reading() as uow:
        return list(uow.unit_cases.search(where, FIRST)[0])


if __name__ == "__main__":
    main()
