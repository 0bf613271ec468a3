"""Every route is asked as everybody, on a real installation, and answers what the table says."""

import pytest

from tests.acceptance.access.table import Line, lines
from tests.acceptance.access.walk import SIGN_IN, ask, outcome, walked
from tests.acceptance.scene import Scene

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

TABLE = lines()
FAILED_SIGN_INS = frozenset({"accounts.sign_in", "accounts.enrol"})
"""Here a refusal is itself recorded."""


def _id(line: Line) -> str:
    return f"{line.method} {line.endpoint}"


@pytest.mark.parametrize("line", TABLE, ids=_id)
def test_everybody_gets_what_the_table_says_and_who_is_refused_changes_nothing(built_scene: Scene, line: Line) -> None:
    got: dict[str, str] = {}
    for who, response, written in walked(built_scene, line.endpoint, line.method):
        got[who] = outcome(response)
        refused = response.status_code >= 400 or (got[who] == SIGN_IN and line.endpoint != "accounts.sign_out")
        read = (
            line.method == "GET" and response.status_code == 409
        )  # the task is shown with the refusal: a reading of its case
        assert not (written and refused) or read or line.endpoint in FAILED_SIGN_INS, (
            f"{who} was refused and changed something"
        )
    assert got == line.answers


@pytest.mark.parametrize("line", [line for line in TABLE if line.method == "POST"], ids=_id)
def test_a_form_without_its_token_is_refused_and_changes_nothing(scene: Scene, line: Line) -> None:
    able = next((who for who, answer in line.answers.items() if answer in ("200", "204", "303")), "board")
    client, _token = scene.browser(able)
    response = ask(scene, client, None, line.endpoint, "POST")
    assert response.status_code == 400
    assert not scene.was_written()


@pytest.mark.parametrize("line", [line for line in TABLE if line.method == "POST"], ids=_id)
def test_a_form_that_changes_something_lets_somebody_through(line: Line) -> None:
    """Else the table would prove nothing of it: what is always refused may be refused for another reason."""
    never = {
        "accounts.sign_in",
        "accounts.enter_code",
        "accounts.use_link",
        "accounts.sign_out",  # all lead to the sign-in, whose own tests are elsewhere
        "casework.take_over",  # the scene has no earlier year: tests/integration/casework/test_offers.py has
        "casework.messages",  # no shipped procedure waits for a message: tests/integration/runtime lets one arrive
        "casework.forget_filter",  # nothing is saved: tests/integration/casework/test_filters.py
        "casework.decide_several",  # of a task without criteria: tests/integration/casework/test_several.py
        "upkeep.try_mail",  # nobody of the scene has an address: tests/integration/upkeep/test_mail_trials.py
        # No session has been convened in the scene: tests/integration/sittings/test_pages.py goes through all of them.
        *(f"sittings.{name}" for name in ("agree", "decide", "document", "look", "roll", "stay_away", "vote")),
    }
    through = [who for who, answer in line.answers.items() if answer in ("200", "204", "303")]
    assert through or line.endpoint in never
