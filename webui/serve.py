"""`congnhan serve`: the web application on waitress, with the job worker beside it; and what nginx needs to stand before it."""

import logging
import os
import re
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask

from webui.app import create_app
from webui.bodies import BodyBounds
from webui.server import HttpServer
from webui.settings import WebSettings
from workflow.bootstrap import DEFINITIONS, Container, web_key
from workflow.cli.place import FOREVER, Place, data_option
from workflow.cli.setup import fill, prepare
from workflow.installation import accounts_of, demonstration_password, is_demonstration

log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.0/8 ::1/128"
HERE = Path(__file__).parent


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@click.option("--with-worker/--without-worker", default=True, show_default=True, help="Also carry out due jobs.")
@click.option("--set-up", is_flag=True, help="First do what `setup` does, in the same process.")
@click.option("--print-nginx", metavar="NAME", help="Only print a configuration for nginx, for the site of that name.")
@click.pass_obj
def serve(place: Place, host: str, port: int, with_worker: bool, set_up: bool, print_nginx: str | None) -> None:
    """Serve the web application until Ctrl-C. Behind a proxy that speaks HTTPS, set HTTPS=1."""
    if print_nginx is not None:
        click.echo(nginx_configuration(print_nginx, host, port), nl=False)
        return
    chosen = prepare(place) if set_up else False
    with place.opened(existing=not set_up, patience=FOREVER) as container:
        if set_up:
            fill(container, DEFINITIONS, chosen)
        demonstration = is_demonstration(container)
        app = _application(container, place.data, demonstration)
        server = _server(app, host, port)
        worker = container.worker()
        thread = threading.Thread(target=worker.run, name="worker", daemon=True)
        if with_worker:
            thread.start()
        greet(place.data, host, port, demonstration)
        _serve_until_stopped(server)
        worker.stop()
        if with_worker:
            thread.join(timeout=30)


def nginx_configuration(name: str, host: str, port: int) -> str:
    """What nginx is to do that stands before this server, for the site of that name."""
    if not re.fullmatch(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", name):
        raise click.ClickException(f"A site's name is such as congnhan.example.vn, not {name!r}.")
    text = (HERE / "nginx.conf").read_text(encoding="utf-8")
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return (
        text.replace("congnhan.example.vn", name)
        .replace("127.0.0.1:8000", place)
        .replace("/opt/congnhan/webui/static/", f"{HERE / 'static'}/")
    )


def _server(app: Flask, host: str, port: int) -> HttpServer:
    try:
        return HttpServer(
            app,
            host=host,
            port=port,
            bounds=BodyBounds(app),
            proxies=_number("TRUSTED_PROXIES"),
            trusted=os.environ.get("TRUSTED_PROXY_ADDRESSES", LOOPBACK).split(),
        )
    except OSError as error:
        raise click.ClickException(
            f"Port {port} cannot be used: {error.strerror}. Choose another with PORT=."
        ) from error
    except ValueError as error:
        raise click.ClickException(f"TRUSTED_PROXY_ADDRESSES: {error}.") from error


def _number(variable: str) -> int:
    text = os.environ.get(variable, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise click.ClickException(f"{variable} is a number of proxies, such as 1, not {text!r}.")
    return int(text)


def _application(container: Container, data: Path, demonstration: bool) -> Flask:
    web = WebSettings(
        secret_key=web_key(data),
        https=os.environ.get("HTTPS") == "1",
        demonstration=demonstration,
        examples=os.environ.get("EXAMPLES") == "1",
    )
    return create_app(container, web)


def greet(data: Path, host: str, port: int, demonstration: bool) -> None:
    """Print the address and, for a demonstration, who can sign in."""
    click.echo(f"\nCông nhận:  http://{host}:{port}/   (Ctrl-C ends it)")
    if not demonstration:
        return
    click.echo(
        f"Mật khẩu chung của các tài khoản minh họa / password of all demonstration accounts: {demonstration_password(data)}"
    )
    for account in accounts_of():
        roles = ", ".join(
            f"{one.role} @ {one.organisation_id}{f' … {one.valid_to}' if one.valid_to else ''}" for one in account.roles
        )
        click.echo(f"  {account.login:<24} {account.name:<24} {roles}")


def _serve_until_stopped(server: HttpServer) -> None:
    """Until SIGTERM or Ctrl-C: what is being served is finished first; a second one does not wait for it."""
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        click.echo("\nStopping …")
        server.stop()

    kept: list[tuple[int, Any]] = [(one, signal.signal(one, stop)) for one in (signal.SIGTERM, signal.SIGINT)]
    try:
        server.run()
    except KeyboardInterrupt:
        log.warning("stopped without waiting for what was being served")
    finally:
        for number, before in kept:
            signal.signal(number, before)
