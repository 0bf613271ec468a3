"""Whether the server lives, and whether it is ready: for a front server or a watch, without a sign-in and without a word about the inside."""

from flask import Response, jsonify

from webui.container import container
from webui.upkeep.area import blueprint


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database is there and at the right revision, and a worker was seen lately; else 503 and what is missing."""
    found = container().health.ready()
    said = {"database": found.database, "revision": found.revision, "worker": found.worker}
    return jsonify(said), 200 if found.ready else 503
