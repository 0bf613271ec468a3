"""What waits in a trial besides people: messages, signals, timers and machine work, each done by a form of its own."""

import html
import json
import re
from typing import Any

import pytest

from tests.integration.pages.site import Site, Visit
from tests.support.drawing import catching, file_of, flows, process, timer
from workflow.services.procedures.drafts import CreateDraft

MANIFEST = """key = "thu"
version_label = "thử"
process = "thu.bpmn"
effective_from = 2023-01-01

[title]
vi = "Thử"
en = "Trial"

[[roles]]
id = "officer"
vi = "Cán bộ"
en = "Officer"
body = "subject"
"""
DIAGRAM = file_of(
    '<message id="m" name="payment"/><signal id="g" name="stop"/><error id="e" errorCode="NO-PEOPLE"/>',
    process(
        '<startEvent id="start"/><eventBasedGateway id="first"/>'
        + catching("paid", '<messageEventDefinition messageRef="m"/>')
        + catching("stopped", '<signalEventDefinition signalRef="g"/>')
        + catching("late", timer("timeDuration", "P2D"))
        + '<exclusiveGateway id="merge"/>'
        + '<serviceTask id="tell" name="Báo tin" camunda:type="external" camunda:topic="notify"/>'
        + '<boundaryEvent id="nobody" attachedToRef="tell"><errorEventDefinition errorRef="e"/></boundaryEvent>'
        + '<endEvent id="told" name="Đã báo"/><endEvent id="untold" name="Chưa báo"/>'
        + flows("start>first", "first>paid", "first>stopped", "first>late", "paid>merge", "stopped>merge", "late>merge")
        + flows("merge>tell", "tell>told", "nobody>untold")
    ),
)


@pytest.fixture
def draft(site: Site) -> str:
    files = {"procedure.toml": MANIFEST.encode(), "thu.bpmn": DIAGRAM.encode()}
    made = str(site.services.drafts.create(site.actor("quantri"), CreateDraft(files=files)))
    site.work()
    return made


def post(visit: Visit, draft: str, status: int = 200, **sent: Any) -> str:
    answer = visit.post(f"/quy-trinh/{draft}/chay-thu", **sent)
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == status, page[-2000:]
    return page


def begin(visit: Visit, draft: str) -> str:
    return post(visit, draft, then="begin", start="2023-01-03T08:00", variables="{}")


def run_of(page: str) -> str:
    found = re.search(r'name="run" value="(\{.*\})">', page)
    assert found is not None
    return found[1]


def index_of(page: str, node_id: str) -> str:
    """The form of a node is known by its button's kind here: each kind waits once."""
    buttons = {"paid": "The message comes", "stopped": "The signal comes", "late": "Let time pass until"}
    head = page[: page.index(buttons[node_id])]
    return str(re.findall(r'name="index" value="(\d+)"', head)[-1])


@pytest.mark.parametrize(
    ("node_id", "said"),
    [("paid", "Message received"), ("stopped", "Signal received"), ("late", "Time passed")],
)
def test_whatever_happens_first_moves_the_token(site: Site, draft: str, node_id: str, said: str) -> None:
    visit = site.visit("quantri")
    page = begin(visit, draft)
    assert "payment" in page

    page = post(visit, draft, run=run_of(page), index=index_of(page, node_id))

    assert '"tokens": {"tell": 1}' in page
    assert said in page
    assert ("08:00 05/01/2023" in page) == (node_id == "late")


def test_a_message_brings_variables(site: Site, draft: str) -> None:
    visit = site.visit("quantri")
    page = begin(visit, draft)

    page = post(visit, draft, run=run_of(page), index=index_of(page, "paid"), variables='{"amount": 7}')

    assert re.search(r"<dt>amount</dt><dd>7</dd>", page)


@pytest.mark.parametrize(
    ("sent", "end", "status"),
    [
        ({"then": "do"}, "Đã báo", "Completed"),
        ({"then": "fail", "error": "NO-PEOPLE"}, "Chưa báo", "Completed"),
        ({"then": "fail", "error": "OTHER"}, None, "Cannot go on"),
    ],
)
def test_machine_work_succeeds_or_fails_with_a_code(
    site: Site, draft: str, sent: dict[str, Any], end: str | None, status: str
) -> None:
    visit = site.visit("quantri")
    page = begin(visit, draft)
    page = post(visit, draft, run=run_of(page), index=index_of(page, "paid"))

    page = post(visit, draft, run=run_of(page), index="0", **sent)

    assert status in page
    assert (f"Reached: <strong>{end}</strong>" in page) == (end is not None)


def test_a_wrong_payload_is_refused_and_kept(site: Site, draft: str) -> None:
    visit = site.visit("quantri")
    page = begin(visit, draft)

    refused = post(visit, draft, 422, run=run_of(page), index=index_of(page, "paid"), variables="{amount}")

    assert "this is no JSON" in refused
    assert ">{amount}</textarea>" in refused
    assert json.loads(run_of(refused))["actions"] == []


@pytest.mark.parametrize("index", ["99", "-1", "x", ""])
def test_what_does_not_wait_cannot_be_done(site: Site, draft: str, index: str) -> None:
    visit = site.visit("quantri")
    page = begin(visit, draft)

    assert "does not wait any more" in post(visit, draft, 422, run=run_of(page), index=index)
