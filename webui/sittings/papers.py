"""What a sitting shows to the room, and what is printed of it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webui.container import container
from webui.guard import current_actor
from webui.sittings.agenda import address, day_of
from webui.sittings.area import blueprint


@blueprint.get("/<body>/<day>/man-chieu")
def screen(body: str, day: str) -> ResponseReturnValue:
    """One case, large, for a projector: no names, nothing of a vote that runs."""
    agenda = container().sittings.agenda(current_actor(), body, day_of(day))
    number = request.args.get("number", 1, type=int)
    line = agenda.lines[min(max(number, 1), len(agenda.lines)) - 1]
    return render_template(
        "sittings/screen.html", agenda=agenda, line=line, address=address, demonstration=agenda.demonstration
    )


@blueprint.get("/<body>/<day>/bien-ban")
def minutes(body: str, day: str) -> ResponseReturnValue:
    """The minutes, to be printed and signed by hand."""
    found = container().sittings.minutes(current_actor(), body, day_of(day))
    return render_template(
        "sittings/minutes.html",
        found=found,
        agenda=found.agenda,
        address=address,
        printed_at=container().clock.now(),
        demonstration=found.agenda.demonstration,
    )
