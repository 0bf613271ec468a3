"""The first inbox page with its counts, with ten thousand tasks and with a million. See README.md.

Tasks grow in two ways: in the number of groups, about forty tasks waiting in each, and in the groups themselves.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from filling import BEGIN, LARGE_GROUPS, UUID, Sizes, fill
from shared import Place, Spent, middle, options, places, say, spent_by

from workflow.bootstrap import Container, build
from workflow.organisation.authority import Actor, Assignment
from workflow.outside.clock import VirtualClock
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page

FEW, MANY, QUICK_FEW, QUICK_MANY = 10_000, 1_000_000, 1_000, 10_000
PAGES, QUICK_PAGES, WARM_UP = 60, 10, 5
USER = UUID % 0
FIRST = Page()
PLAIN = InboxFilter(tab="group")
FILTERS: Mapping[str, InboxFilter] = {
    "stage": replace(PLAIN, stage="stage-3"),
    "unit": replace(PLAIN, unit_id="unit-3"),
    "text": replace(PLAIN, text="Xã số 3"),
    "no_match": replace(PLAIN, text="không có"),
    "overdue": replace(PLAIN, due="overdue"),
}


def main() -> None:
    """Measure on each database and print."""
    chosen = options(__doc__ or "")
    few, many, pages = (QUICK_FEW, QUICK_MANY, QUICK_PAGES) if chosen.quick else (FEW, MANY, PAGES)
    result: dict[str, Any] = {name: {} for name in ("ratio", "few_ms", "many_ms", "growing_groups", "filters_ms")}
    for place in places(chosen.only):
        small, large = (opened(place, Sizes(tasks)) for tasks in (few, many))
        few_ms, many_ms = measure(small, large, reviewer("body"), PLAIN, pages)
        result["few_ms"][place.kind], result["many_ms"][place.kind] = few_ms, many_ms
        result["ratio"][place.kind] = round(many_ms / few_ms, 2)
        few_ms, many_ms = measure(small, large, reviewer("large"), PLAIN, pages)
        result["growing_groups"][place.kind] = {
            "ratio": round(many_ms / few_ms, 2),
            "few_ms": few_ms,
            "many_ms": many_ms,
        }
        result["filters_ms"][place.kind] = {
            body: {
                name: measure(small, large, reviewer(body), where, max(pages // 10, 2))
                for name, where in FILTERS.items()
            }
            for body in ("body", "large")
        }
        for container in (small, large):
            container.close()
    say({**result, "tasks": [few, many], "n": pages})


def opened(place: Place, sizes: Sizes) -> Container:
    """The services on a database with so many tasks."""
    url = place.database()
    fill(url, sizes)
    clock = VirtualClock(BEGIN + timedelta(days=10))
    return build(place.folder, url=url, clock=clock)


def reviewer(body: str) -> Actor:
    """Somebody who belongs to five groups."""
    held = [
        Assignment(
            id=str(number),
            user_id=USER,
            role="board-member",
            organisation_id=f"{body}-{number}",
            valid_from=BEGIN.date(),
            valid_to=None,
        )
        for number in range(LARGE_GROUPS)
    ]
    return Actor(user_id=USER, name="Người đo", assignments=tuple(held))


def measure(small: Container, large: Container, actor: Actor, where: InboxFilter, pages: int) -> tuple[float, float]:
    """The medians in milliseconds; the two databases take turns, so that what else the machine does falls on both."""
    spent: tuple[list[Spent], list[Spent]] = ([], [])
    for _ in range(WARM_UP + pages):
        for container, times in zip((small, large), spent, strict=True):
            times.append(spent_by(partial(container.inbox.page, actor, where, FIRST)))
    few_ms, many_ms = (middle(one.wall for one in times[WARM_UP:]) for times in spent)
    return few_ms, many_ms


if __name__ == "__main__":
    main()
