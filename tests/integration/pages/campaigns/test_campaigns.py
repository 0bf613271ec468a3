"""A campaign in the browser: planned, its deadlines changed, units added many at once, started with the progress shown."""

import re
from dataclasses import replace
from typing import Any

from tests.integration.pages.site import NOW, Site, Visit
from tests.support.world import shipped_organisations
from webui.bodies import MOST_FIELDS
from workflow.ids import new_id
from workflow.runtime.recorder import SYSTEM, Provenance


def planned(visit: Visit) -> str:
    """Plan the campaign of 2023 and return its page's address."""
    answer = visit.send(
        "/quan-tri/dot-xet/moi", key="dien-hinh", year="2023", province="thanh-hoa", name_vi="Đợt 2023", name_en="2023"
    )
    return answer.headers["Location"]


def test_a_manager_starts_every_unit_that_the_filter_shows(site: Site) -> None:
    manager = site.visit("quanly")
    page = planned(manager)
    manager.send(f"{page}them-don-vi?kind=commune", all="1")
    manager.send(f"{page}mo")
    refused = manager.send(f"{page}bat-dau", status=422).get_data(as_text=True)
    assert "Who is missing" in refused
    assert "No user at all" in refused
    started = manager.send(f"{page}bat-dau", gaps_seen="y")
    waiting = manager.get(started.headers["Location"])
    assert 'hx-trigger="every 2s"' in waiting
    while site.services.jobs.run_due():
        pass
    finished = manager.get(started.headers["Location"])
    assert "All units have been started." in finished
    assert "hx-trigger" not in finished
    campaign = page.split("/")[-2]
    progress = site.services.campaign_units.progress(site.actor("quanly"), campaign)
    assert progress.started == progress.total == 5


def test_only_the_chosen_units_are_added(site: Site) -> None:
    manager = site.visit("quanly")
    page = planned(manager)
    manager.send(f"{page}them-don-vi", units=["tho-thanh", "dai-hoc-hong-duc"])
    shown = manager.get(f"{page}don-vi")
    assert "Thọ Thanh Commune" in shown
    assert "Minh Họa Commune" not in shown
    manager.send(f"{page}them-don-vi", status=422)


def test_more_units_than_one_form_may_send_come_page_by_page_or_all_at_once(site: Site) -> None:
    """Else their boxes could be ticked and not be sent."""
    commune = next(one for one in shipped_organisations()[0] if one.id == "tho-thanh")
    more = [replace(commune, id=f"xa-{number}", code=f"x{number}", name_vi=f"Xã {number}") for number in range(2100)]
    site.services.organisations.import_data(more, (), Provenance(actor=SYSTEM, at=NOW))
    manager = site.visit("quanly")
    page = planned(manager)
    seen: set[str] = set()
    number, boxes = 1, ["any"]
    while boxes:
        boxes = re.findall(r'name="units" value="([^"]+)"', manager.get(f"{page}them-don-vi?page={number}"))
        assert len(boxes) < MOST_FIELDS
        assert not seen & set(boxes) or number > 20
        boxes = [one for one in boxes if one not in seen]
        seen |= set(boxes)
        number += 1
    assert len(seen) >= 2100

    manager.send(f"{page}them-don-vi?page=3", all="1")

    progress = site.services.campaign_units.progress(site.actor("quanly"), page.split("/")[-2])
    assert progress.total == len(seen)


def test_a_unit_is_taken_out_before_it_is_started(site: Site) -> None:
    manager = site.visit("quanly")
    page = planned(manager)
    manager.send(f"{page}them-don-vi", units=["tho-thanh"])
    manager.send(f"{page}bo-don-vi/tho-thanh")
    assert "No units yet." in manager.get(page)


def test_the_script_asks_for_the_moving_part_alone(site: Site) -> None:
    manager = site.visit("quanly")
    page = planned(manager)
    part = manager.client.get(f"{page}tien-do", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert part.lstrip().startswith('<div id="progress"')
    assert "<html" not in part


def test_before_a_day_makes_the_day_before_the_last_one_and_a_change_needs_a_reason(site: Site) -> None:
    manager = site.visit("quanly")
    page = planned(manager)
    shown = manager.get(page)
    assert "before 05/04: the last day is the one before it" in shown
    assert "04/04/2023" in shown
    edit = f"{page}han/district_list"
    fields: dict[str, Any] = {"last_day": "2023-04-14", "remind_days": "3", "escalate_to": "standing-officer"}
    manager.send(edit, status=422, reason="", **fields)
    manager.send(edit, reason="Công văn gia hạn", **fields)
    shown = manager.get(page)
    assert "Friday 14/04/2023" in shown
    assert "08:00 11/04/2023" in shown


def test_a_second_click_plans_no_second_campaign(site: Site) -> None:
    manager = site.visit("quanly")
    fields = manager.hidden("/quan-tri/dot-xet/moi") | {
        "key": "dien-hinh",
        "year": "2023",
        "province": "thanh-hoa",
        "name_vi": "Đợt",
        "name_en": "One",
    }
    first = manager.post("/quan-tri/dot-xet/moi", **fields)
    second = manager.post("/quan-tri/dot-xet/moi", **fields)
    assert first.headers["Location"] == second.headers["Location"]


def test_units_cannot_be_started_in_a_campaign_that_is_not_open(site: Site) -> None:
    manager = site.visit("quanly")
    page = planned(manager)
    manager.send(f"{page}them-don-vi", units=["tho-thanh"])
    answer = manager.send(f"{page}bat-dau", status=422)
    assert "only while the campaign is open" in answer.get_data(as_text=True)


def test_others_neither_see_nor_change_a_campaign(site: Site) -> None:
    page = planned(site.visit("quanly"))
    other = site.visit("donvi")
    for address in (page, f"{page}mo", f"{page}bat-dau", f"{page}them-don-vi", f"{page}tien-do"):
        other.get(address, status=403)
    before = site.services.campaigns.list(site.actor("quanly"))
    hidden = site.visit("quanly").hidden(f"{page}mo")
    for address in (f"{page}mo", f"{page}bat-dau", f"{page}them-don-vi"):
        answer = other.post(address, **{**hidden, "command_id": new_id(), "units": ["tho-thanh"]})
        assert answer.status_code == 403, address
    assert site.services.campaigns.list(site.actor("quanly")) == before
