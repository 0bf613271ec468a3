"""The bell on every page, the page of notifications, and where each of them leads."""

import re
from datetime import timedelta

from tests.integration.pages.site import Site, Visit
from tests.support.casework import UNIT, Casework
from workflow.ids import new_id
from workflow.services.procedures.drafts import CopyVersion
from workflow.services.procedures.publication import SubmitVersion
from workflow.store.notifications import NotificationRecord


def tell(site: Site, login: str, number: int) -> list[str]:
    """So many things at one and the same moment, so that only their ids order them."""
    at = site.services.clock.now() - timedelta(minutes=1)
    told = [
        NotificationRecord(
            id=new_id(), user_id=site.users[login], template="%(text)s", at=at, params={"text": f"Tin số {one}."}
        )
        for one in range(number)
    ]
    with site.services.units() as uow:
        uow.notifications.add(told)
        uow.commit()
    return [one.id for one in told]


def unread(site: Site, login: str) -> int:
    return site.services.inbox.head(site.actor(login)).unread.number


def shown(visit: Visit, address: str) -> list[str]:
    text = visit.get(address)
    return [line.partition(".")[0] for line in text.split("Tin số ")[1:]]


def test_all_read_marks_what_the_page_showed_and_the_rest_has_a_page_of_its_own(site: Site) -> None:
    tell(site, "donvi", 70)
    visit = site.visit("donvi")
    assert 'data-unread="70"' in visit.get("/tai-khoan")
    first, second = shown(visit, "/thong-bao"), shown(visit, "/thong-bao?page=2")
    assert (len(first), len(second), len({*first, *second})) == (50, 20, 70)

    fields = visit.hidden("/thong-bao")
    page = visit.get("/thong-bao")
    ids = [part.partition('"')[0] for part in page.split('name="shown" value="')[1:]]
    tell(site, "donvi", 1)  # comes while the person is reading
    visit.post("/thong-bao/da-doc", **fields, shown=ids)

    assert unread(site, "donvi") == 21
    assert shown(visit, "/thong-bao?page=3") == []


def test_nobody_marks_what_others_were_told(site: Site) -> None:
    ids = tell(site, "donvi", 2)
    visit = site.visit("quanly")
    fields = visit.hidden("/tai-khoan")
    visit.post("/thong-bao/da-doc", csrf_token=fields["csrf_token"], shown=ids)
    assert unread(site, "donvi") == 2
    visit.get(f"/thong-bao/{ids[0]}", 404)
    assert unread(site, "donvi") == 2


def test_the_bell_counts_to_a_bound(site: Site) -> None:
    tell(site, "donvi", 120)
    page = site.visit("donvi").get("/tai-khoan")
    assert 'data-unread="99+"' in page
    assert "More than 99 unread notifications" in page


def test_a_page_without_news_has_a_silent_bell(site: Site) -> None:
    page = site.visit("quanly").get("/tai-khoan")
    assert 'class="bell"' in page
    assert "data-unread" not in page


def test_opening_one_marks_it_read_and_leads_to_the_thing(work: Casework) -> None:
    person = work.sign_in(UNIT).open("/thong-bao")
    (address,) = {str(link) for link in person.page.xpath("//main//ul[contains(@class,'task-list')]//a/@href")}
    assert person.page.xpath("//a[@class='bell']/@data-unread") == ["1"]

    person.open(address)

    assert person.address.startswith("/nhiem-vu/")
    assert person.page.xpath("//a[@class='bell']/@data-unread") == []


def carry_out_due(site: Site) -> None:
    while site.services.jobs.run_due():
        pass


def test_reviewers_hear_of_a_version_that_waits_for_them_and_are_led_to_it(site: Site) -> None:
    author = site.actor("quantri")
    version = site.services.drafts.copy(author, CopyVersion(version_id=site.version_id))
    carry_out_due(site)
    site.services.publishing.submit(author, SubmitVersion(version_id=version, revision=1))
    carry_out_due(site)

    (told,) = site.services.notifications.list(site.actor("duyet"))
    assert told.template == "Version %(version)s of “%(procedure)s” waits for your review."
    assert site.services.notifications.list(author) == []
    answer = site.visit("duyet").client.get(f"/thong-bao/{told.id}")
    assert (answer.status_code, version in answer.headers["Location"]) == (303, True)


def test_everybody_chooses_when_mail_comes(site: Site) -> None:
    visit = site.visit("donvi")
    visit.send("/tai-khoan", to="/tai-khoan/thu-dien-tu", mail="daily")
    assert site.services.own_choices.mail_of(site.actor("donvi")) == "daily"
    assert re.search(
        r'<input[^>]*value="daily"[^>]*checked|<input[^>]*checked[^>]*value="daily"', visit.get("/tai-khoan")
    )
    visit.send("/tai-khoan", to="/tai-khoan/thu-dien-tu", mail="weekly")
    assert site.services.own_choices.mail_of(site.actor("donvi")) == "daily"
    with site.services.units.reading() as uow:
        chosen = [one for one in uow.events.of_stream("accounts") if one.type == "MailChosen"]
    assert [(one.payload["old"], one.payload["new"]) for one in chosen] == [("at_once", "daily")]
