"""What the application takes from this area: its blueprint with every route. Its pages are reached from a version's page."""

from webui.navigation import NavItem
from webui.simulation import tests, trials
from webui.simulation.blueprint import blueprint

__all__ = ["NAV", "blueprint", "tests", "trials"]

NAV: tuple[NavItem, ...] = ()
