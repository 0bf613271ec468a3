"""`congnhan serve`: the web application on waitress, with the job worker beside it."""

import logging
import os
import signal
import threading
from pathlib import Path
from types import FrameType

import click
from flask import Flask
from waitress.server import create_server
from werkzeug.middleware.proxy_fix import ProxyFix

from webui.app import create_app
from webui.settings import WebSettings
from workflow.bootstrap import DEFINITIONS, Container, web_key
from workflow.cli.place import Place, data_option
from workflow.cli.setup import fill, prepare
from workflow.installation import accounts_of, demonstration_password, is_demonstration

log = logging.getLogger(__name__)
THREADS = 8


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@click.option("--with-worker/--without-worker", default=True, show_default=True, help="Also carry out due jobs.")
@click.option("--set-up", is_flag=True, help="First do what `setup` does, in the same process.")
@click.pass_obj
def serve(place: Place, host: str, port: int, with_worker: bool, set_up: bool) -> None:
    """Serve the web application until Ctrl-C. Behind a proxy that speaks HTTPS, set HTTPS=1."""
    chosen = prepare(place) if set_up else False
    with place.opened(existing=not set_up) as container:
        if set_up:
            fill(container, DEFINITIONS, chosen)
        demonstration = is_demonstration(container)
        app = _application(container, place.data, demonstration)
        try:
            server = create_server(app, host=host, port=port, threads=THREADS, ident=None)
        except OSError as error:
            raise click.ClickException(
                f"Port {port} cannot be used: {error.strerror}. Choose another with PORT=."
            ) from error
        worker = container.worker()
        thread = threading.Thread(target=worker.run, name="worker", daemon=True)
        if with_worker:
            thread.start()
        greet(place.data, host, port, demonstration)
        _until_stopped(server.run)
        click.echo("\nStopping …")
        worker.stop()
        server.close()
        if with_worker:
            thread.join(timeout=30)


def _application(container: Container, data: Path, demonstration: bool) -> Flask:
    web = WebSettings(
        secret_key=web_key(data),
        https=os.environ.get("HTTPS") == "1",
        demonstration=demonstration,
    )
    app = create_app(container, web)
    proxies = int(os.environ.get("TRUSTED_PROXIES", "0"))
    if proxies:  # else everybody behind the proxy has its address, and one person's failed sign-ins slow all others
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def greet(data: Path, host: str, port: int, demonstration: bool) -> None:
    """Print the address and, for a demonstration, who can sign in."""
    click.echo(f"\nCông nhận:  http://{host}:{port}/   (Ctrl-C ends it)")
    if not demonstration:
        return
    click.echo(
        f"Mật khẩu chung của các tài khoản minh họa / password of all demonstration accounts: {demonstration_password(data)}"
    )
    for account in accounts_of():
        roles = ", ".join(f"{role} @ {organisation}" for role, organisation in account.roles)
        click.echo(f"  {account.login:<24} {account.name:<24} {roles}")


def _until_stopped(run: object) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        run()  # type: ignore[operator] # waitress has no types
    except KeyboardInterrupt:
        log.debug("asked to stop")
