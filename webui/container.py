"""How pages reach the services: one container an application, wired in `workflow.bootstrap`."""

from flask import Flask, current_app

from workflow.bootstrap import Container

EXTENSION = "container"


def init_app(app: Flask) -> None:
    """Let a page see one moment, however many services it asks: in one transaction instead of one for each of them."""
    units = getattr(app.extensions[EXTENSION], "units", None)
    if units is None:
        return

    def begin() -> None:
        units.share()

    def end(_error: BaseException | None) -> None:
        units.unshare()

    app.before_request(begin)
    app.teardown_request(end)


def container() -> Container:
    """Return the services of the application that serves this request."""
    found: Container = current_app.extensions[EXTENSION]
    return found
