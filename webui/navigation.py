"""The main navigation and the user's menu, made from what the blueprints offer and the person may see."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from webui.container import container
from webui.format import local_date
from webui.links import url_if
from workflow.services.casework.inbox import Head
from workflow.services.views import Actor

EXTENSION = "navigation"


def _always(_: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry. `label` is lazily translated; `visible` is asked with the signed-in user; lower `order` comes first.

    `count`: how much waits behind it, asked with the same user where the entry is drawn; empty where nothing does. `covers`: how the addresses begin of pages that belong to this entry too, where no entry's own address stands above them.
    """

    endpoint: str
    label: Any
    order: int = 100
    visible: Callable[[Any], bool] = _always
    menu: Literal["main", "user"] = "main"
    covers: str = ""
    count: Callable[[Any], str] | None = None


def init_app(app: Flask) -> None:
    """Offer `navigation` and `signed_in_user` to every template."""
    app.extensions[EXTENSION] = []
    app.context_processor(_context)
    app.jinja_env.globals.update(header_facts=_header_facts, navigation=_navigation)


def add(app: Flask, items: Iterable[NavItem]) -> None:
    """Add a task area's entries."""
    entries: list[NavItem] = app.extensions[EXTENSION]
    entries.extend(items)
    entries.sort(key=lambda item: item.order)


def keep_head(head: Head) -> None:
    """Note what the head of the page says, where the page has read it anyway."""
    g.head = head


def head_of_page(actor: Actor) -> Head:
    """What the head of the page says of what waits for the person; read once a page."""
    if "head" not in g:
        g.head = container().inbox.head(actor)
    found: Head = g.head
    return found


def signed_in_user() -> Any:
    """Return the signed-in user, or None."""
    if not hasattr(current_app, "login_manager"):
        return None
    found = current_user._get_current_object()  # once: a page asks it dozens of times
    return found if found.is_authenticated else None


def _context() -> dict[str, Any]:
    user = signed_in_user()
    return {
        "signed_in_user": user,
        "demonstration": current_app.config["DEMONSTRATION"],
        "demonstration_day": _demonstration_day(),
        "demonstration_code": None if user is not None else _demonstration_code(),
    }


def _navigation(user: Any) -> dict[str, Any]:
    """The entries of the head, and where its search leads; asked where a head is drawn, not for a part of a page."""
    entries, cases = _entries(user), url_if("casework.cases")
    searchable = any(entry["href"] == cases for entry in entries["main"])
    return {**entries, "search": cases if searchable else None}


def _header_facts(user: Any, counted: bool, *lists: Sequence[dict[str, Any]]) -> tuple[Any, ...]:
    """What the head of a page is made of but for the bell: whose it is, and the entries with which is marked and how much waits behind it."""
    for entry in (entry for entries in lists for entry in entries):
        entry["waiting"] = entry["count"]() if counted and entry["count"] else ""
    whose = (user.display_name, user.single_keys) if user is not None else None
    return (whose, *[(one["href"], one["current"], one["waiting"]) for entries in lists for one in entries])


def facts_of_head(user: Any) -> tuple[Hashable, ...]:
    """All that the head of a page is made of but for its address: whose it is, what they are offered, what waits for them, the day."""
    offered = tuple([item.endpoint for item in _visible(user)])
    whose = (user.actor.user_id, user.display_name, user.single_keys, user.can("act"))
    return (whose, offered, head_of_page(user.actor), _demonstration_day())


def _entries(user: Any) -> dict[str, list[dict[str, Any]]]:
    """Menu → its entries."""
    found: dict[str, list[dict[str, Any]]] = {"main": [], "user": []}
    shown = _shown(user) if user is not None else []
    here = _here(shown, request.path, request.endpoint)
    for item, href in shown:
        count = partial(item.count, user) if item.count else None
        found[item.menu].append({"href": href, "label": item.label, "current": item in here, "count": count})
    return found


def _shown(user: Any) -> list[tuple[NavItem, str]]:
    return [(item, url_for(item.endpoint)) for item in _visible(user)]


def _visible(user: Any) -> list[NavItem]:
    items: list[NavItem] = current_app.extensions[EXTENSION]
    return [item for item in items if item.visible(user)]


def entry_of(address: str) -> str:
    """What the entry is called to which the page of that address belongs; empty where the person has none."""
    return next((str(item.label) for item in _here(_shown(signed_in_user()), address.partition("?")[0])), "")


def _here(shown: Sequence[tuple[NavItem, str]], path: str, endpoint: str | None = None) -> Collection[NavItem]:
    """The entries to which the page belongs, over all menus: the page's own, else the nearest above it, else those that cover it."""
    own = [item for item, _ in shown if endpoint == item.endpoint]
    if own:
        return own
    nearest = max((href for _, href in shown if _leads_to(href, path)), key=len, default=None)
    if nearest is not None:
        return [item for item, href in shown if href == nearest]
    return [item for item, _ in shown if item.covers and path.startswith(item.covers)]


def _leads_to(href: str, path: str) -> bool:
    """Whether the page stands below that address: a task's page belongs to the tasks, whichever blueprint shows it."""
    return f"{path.rstrip('/')}/".startswith(f"{href.rstrip('/')}/")


def _demonstration_code() -> str | None:
    """The six digits of the second factor, which people who do not exist cannot read from a device."""
    found = getattr(container(), "demonstration_code", None)
    return found() if found is not None else None


def _demonstration_day() -> date | None:
    """The day by a demonstration's own clock, which is not ours: pages say so."""
    clock = getattr(container(), "clock", None)
    if not current_app.config["DEMONSTRATION"] or clock is None:
        return None
    return local_date(clock.now())
