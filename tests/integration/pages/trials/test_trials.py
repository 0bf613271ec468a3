"""A version tried in the browser: begun, led step by step, taken back, saved as a test that publishing runs."""

import html
import json
import re
from typing import Any

import pytest

from tests.integration.pages.site import Site, Visit
from workflow.ids import new_id
from workflow.services.procedures.drafts import ChangeVersionFile, CopyVersion

RUN = re.compile(r'name="run" value="([^"]*)"')
TEXTAREA = re.compile(r'<textarea[^>]*name="variables"[^>]*>(.*?)</textarea>', re.DOTALL)
START = re.compile(r'name="start"[^>]*value="([^"]*)"')


def draft_of(site: Site) -> str:
    draft = str(site.services.drafts.copy(site.actor("quantri"), CopyVersion(version_id=site.version_id)))
    site.work()
    return draft


def begin(visit: Visit, version_id: str, **changes: str) -> str:
    address = f"/quy-trinh/{version_id}/chay-thu"
    page = visit.get(address)
    start, variables = START.search(page), TEXTAREA.search(page)
    assert start is not None
    assert variables is not None
    sent = {"then": "begin", "start": start[1], "variables": html.unescape(variables[1]).strip(), **changes}
    return text_of(visit.post(address, **sent))


def text_of(answer: Any, status: int = 200) -> str:
    page = str(answer.get_data(as_text=True))
    assert answer.status_code == status, page[-2000:]
    return page


def run_of(page: str) -> str:
    found = RUN.search(page)
    assert found is not None, page[-2000:]
    return html.unescape(found[1])


def step(visit: Visit, version_id: str, page: str, status: int = 200, **sent: Any) -> str:
    return text_of(visit.post(f"/quy-trinh/{version_id}/chay-thu", run=run_of(page), **sent), status)


REGISTERED: dict[str, Any] = {
    "index": "0",
    "outcome": "submit",
    "entry-safety_recognised": "true",
    "entry-safety_decision": "",
    "entry-previous_class": "xuat_sac",
    "entry-pilot": "district",
}


def test_a_trial_is_led_step_by_step_and_taken_back(site: Site) -> None:
    visit = site.visit("quantri")
    page = begin(visit, site.version_id)
    assert "&#34;registration&#34;: 1" in page

    page = step(visit, site.version_id, page, **REGISTERED)
    assert "&#34;pilot_list&#34;: 1" in page
    assert re.search(r"Row \d+ applied", page)

    page = step(visit, site.version_id, page, then="undo")
    assert "&#34;registration&#34;: 1" in page
    assert json.loads(run_of(page))["actions"] == []


def test_a_run_to_the_end_comes_to_recognition(site: Site) -> None:
    visit = site.visit("quantri")

    page = step(visit, site.version_id, begin(visit, site.version_id), then="end")

    assert "Completed" in page
    assert len(json.loads(run_of(page))["actions"]) == 18
    assert "Nothing: the run has ended" in page


def test_a_refused_outcome_says_why_and_keeps_what_was_entered(site: Site) -> None:
    visit = site.visit("quantri")
    page = step(visit, site.version_id, begin(visit, site.version_id), **REGISTERED)
    page = step(visit, site.version_id, page, index="0", outcome="accept")
    page = step(visit, site.version_id, page, 200, **{"index": "0", "outcome": "submit", "entry-assessment": "all_met"})
    before = run_of(page)

    page = step(
        visit,
        site.version_id,
        page,
        422,
        **{"index": "0", "outcome": "approve", "entry-assessment": "not_met", "reason": "Còn thiếu"},
    )

    assert "There is a problem" in page
    assert run_of(page) == before
    assert 'value="Còn thiếu"' in page


@pytest.mark.parametrize(
    ("variables", "said"),
    [("{", "this is no JSON"), ("[]", "Variables are a JSON object"), ('{"a": {"$date": 5}}', "wrong kind of value")],
)
def test_variables_that_are_wrong_are_refused_and_kept(site: Site, variables: str, said: str) -> None:
    visit = site.visit("quantri")

    answer = visit.post(
        f"/quy-trinh/{site.version_id}/chay-thu", then="begin", start="2023-01-03T08:00", variables=variables
    )

    page = text_of(answer, 422)
    assert said in html.unescape(page)
    assert html.escape(variables, quote=True).replace("&quot;", "&#34;") in page


@pytest.mark.parametrize("run", ["", "{", "[]", '{"actions": 5}', '{"actions": []}', "x" * 300_000])
def test_a_forged_trial_leads_to_the_start(site: Site, run: str) -> None:
    visit = site.visit("quantri")

    page = text_of(visit.post(f"/quy-trinh/{site.version_id}/chay-thu", run=run, then="undo"), 422)

    assert 'value="begin"' in page


def test_a_draft_with_faults_lists_them_with_their_elements(site: Site) -> None:
    visit, draft = site.visit("quantri"), draft_of(site)
    actor = site.actor("quantri")
    diagram = site.services.definitions.file(actor, draft, "dien-hinh.bpmn")
    broken = diagram.replace(b'sourceRef="start" targetRef="registration"', b'sourceRef="start" targetRef="nowhere"')
    assert broken != diagram
    site.services.drafts.change_file(
        actor, ChangeVersionFile(version_id=draft, path="dien-hinh.bpmn", content=broken, revision=1)
    )
    site.work()

    page = visit.get(f"/quy-trinh/{draft}/chay-thu")

    assert "forbid" in page
    assert f"/quy-trinh/{draft}/so-do?path=dien-hinh.bpmn#" in page
    assert 'value="begin"' not in page


def save(visit: Visit, draft: str, page: str, status: int = 303, **more: Any) -> Any:
    address = f"/quy-trinh/{draft}/bai-kiem-tra"
    asked = text_of(visit.post(address, run=run_of(page), then="ask"))
    hidden = dict(re.findall(r'name="(command_id|revision)"[^>]*value="([^"]*)"', asked))
    end = re.search(r'name="end"[^>]*value="([^"]*)"', asked)
    assert end is not None
    sent = {"status": "completed", "end": end[1], "visited": "", **more}
    answer = visit.post(address, run=run_of(page), then="save", **hidden, **sent)
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer


def test_a_run_is_saved_as_a_test_run_again_and_opened(site: Site) -> None:
    visit, draft = site.visit("quantri"), draft_of(site)
    page = step(visit, draft, begin(visit, draft), then="end")

    save(visit, draft, page, name="Chạy thẳng", variables=["eligibility"])
    site.work()

    listed = visit.get(f"/quy-trinh/{draft}/bai-kiem-tra")
    assert "tests/chay-thang.json" in listed
    assert "All pass." in listed
    stored = json.loads(site.services.definitions.file(site.actor("quantri"), draft, "tests/chay-thang.json"))
    assert stored["expect"]["end"] == ["end_recognised"]
    assert stored["expect"]["variables"].keys() == {"eligibility"}
    opened = visit.get(f"/quy-trinh/{draft}/chay-thu?test=tests/chay-thang.json")
    assert len(json.loads(run_of(opened))["actions"]) == 18


def test_a_failing_test_is_told_in_words_and_keeps_the_version_from_review(site: Site) -> None:
    visit, draft = site.visit("quantri"), draft_of(site)
    page = step(visit, draft, begin(visit, draft), then="end")
    save(visit, draft, page, name="Sai", end="end_not_recognised")
    site.work()

    listed = html.unescape(visit.get(f"/quy-trinh/{draft}/bai-kiem-tra"))

    assert "It should end at “Chưa công nhận” but ends at “Công nhận”." in listed
    answer = visit.send(f"/quy-trinh/{draft}/trinh-tham-dinh", status=422)
    refused = html.unescape(answer.get_data(as_text=True))
    assert "tests/sai.json: The test “Sai” fails. It should end at “Chưa công nhận” but ends at “Công nhận”." in refused


def test_a_failing_test_opens_at_the_step_where_it_breaks(site: Site) -> None:
    """The third step answers with an outcome that there is not: the trial stands before it, ready to be gone on with."""
    visit, draft = site.visit("quantri"), draft_of(site)
    page = step(visit, draft, begin(visit, draft), then="end")
    save(visit, draft, page, name="Gãy")
    actor, path = site.actor("quantri"), "tests/gay.json"
    stored = json.loads(site.services.definitions.file(actor, draft, path))
    stored["steps"][2] = {"node": "nobody", "outcome": "nothing"}
    site.services.drafts.change_file(
        actor, ChangeVersionFile(version_id=draft, path=path, content=json.dumps(stored).encode(), revision=2)
    )
    site.work()

    listed = visit.get(f"/quy-trinh/{draft}/bai-kiem-tra")
    assert "Open where it breaks" in listed
    opened = visit.get(f"/quy-trinh/{draft}/chay-thu?test={path}")
    assert len(json.loads(run_of(opened))["actions"]) == 2


@pytest.mark.parametrize("login", ["duyet", "donvi"])
def test_only_who_may_change_a_draft_saves_a_test(site: Site, login: str) -> None:
    draft = draft_of(site)
    author = site.visit("quantri")
    run = run_of(begin(author, draft))

    answer = site.visit(login).post(f"/quy-trinh/{draft}/bai-kiem-tra", run=run, then="save", name="X", revision="1")

    assert answer.status_code == 403


def test_a_stale_revision_is_a_conflict(site: Site) -> None:
    visit, draft = site.visit("quantri"), draft_of(site)
    page = step(visit, draft, begin(visit, draft), then="end")
    save(visit, draft, page, name="Một")
    site.work()

    sent = {"status": "", "end": "", "visited": "", "name": "Hai", "revision": "1", "command_id": new_id()}
    refused = visit.post(f"/quy-trinh/{draft}/bai-kiem-tra", run=run_of(page), then="save", **sent)

    assert refused.status_code == 422
