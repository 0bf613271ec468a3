"""What the application takes from this area: its blueprint with every route. It is reached from the procedures' pages."""

from webui.migrations import choosing, following, planning, trying
from webui.migrations.blueprint import blueprint

__all__ = ["blueprint", "choosing", "following", "planning", "trying"]
