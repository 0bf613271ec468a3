"""The first page of late steps, with their number, of ten thousand tasks and of a million; of all cases and of ten. See README.md."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from filling import BEGIN, SPREAD, Sizes, fill
from shared import Place, middle, options, places, say, spent_by

from workflow.bootstrap import Container, build
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page
from workflow.store.tasks import LateFilter, TaskRecord

FEW, MANY = 10_000, 1_000_000
QUICK_FEW, QUICK_MANY = 500, 2_000
PAGES, QUICK_PAGES, WARM_UP = 20, 3, 2
FIRST = Page(limit=50)
NOW: datetime = BEGIN + timedelta(minutes=SPREAD * 2)
WHERE = {"all": CaseFilter(), "ten_cases": CaseFilter(unit_ids=["unit-7"]), "campaign": CaseFilter(key="dien-hinh")}


def main() -> None:
    """Measure on each database and print."""
    chosen = options(__doc__ or "")
    few, many = (QUICK_FEW, QUICK_MANY) if chosen.quick else (FEW, MANY)
    pages = QUICK_PAGES if chosen.quick else PAGES
    result: dict[str, Any] = {name: {} for name in ("ratio", "few_ms", "many_ms")}
    for place in places(chosen.only):
        small, large = opened(place, Sizes(few)), opened(place, Sizes(many))
        found = {name: measure((small, large), where, pages) for name, where in WHERE.items()}
        few_ms, many_ms = ({name: middle(one[size]) for name, one in found.items()} for size in (0, 1))
        result["few_ms"][place.kind], result["many_ms"][place.kind] = few_ms, many_ms
        result["ratio"][place.kind] = round(max(many_ms[name] / few_ms[name] for name in WHERE), 2)
        small.close()
        large.close()
    say({**result, "tasks": [few, many], "n": pages})


def opened(place: Place, sizes: Sizes) -> Container:
    """The services on a database with so many tasks."""
    url = place.database()
    fill(url, sizes)
    return build(place.folder, url=url)


def measure(containers: tuple[Container, Container], where: CaseFilter, pages: int) -> tuple[list[float], list[float]]:
    """Seconds of each call; the two databases take turns, so that what else the machine does falls on both."""
    spent: tuple[list[float], list[float]] = ([], [])
    for turn in range(WARM_UP + pages):
        for container, times in zip(containers, spent, strict=True):
            took = spent_by(partial(first_page, container, where)).wall
            if turn >= WARM_UP:
                times.append(took)
    return spent


def first_page(container: Container, where: CaseFilter) -> list[TaskRecord]:
    """As the report reads it, with the number of all."""
    with container.units.reading() as uow:
        return list(uow.tasks.late(LateFilter(cases=where, now=NOW), FIRST)[0])


if __name__ == "__main__":
    main()
