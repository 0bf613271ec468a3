"""Pages of a listing: the number stands in the address."""

from flask import request

from workflow.services.ground.listings import Page

MOST_PAGES = 2000
"""Nobody leafs further; filters find it sooner."""


def page_number() -> int:
    """The page that the address asks for, from 1."""
    return min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)


def page_of(number: int, size: int) -> Page:
    """Which rows that page has."""
    return Page(limit=size, offset=(number - 1) * size)


def pages_of(total: int, size: int) -> int:
    """How many pages there are; one where there is nothing."""
    return min(max(-(-total // size), 1), MOST_PAGES)
