"""The state of the installation: checkpoints on demand, failed jobs tried again; and what each person's menu offers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.integration.pages.site import Site
from workflow.ids import new_id
from workflow.store.jobs import JobRecord


def failed_job(site: Site) -> str:
    """A job that has failed for good."""
    now = site.services.clock.now()
    job = JobRecord(id=new_id(), kind="mail", payload={}, run_at=now, created_at=now - timedelta(hours=1))
    with site.services.units() as uow:
        uow.jobs.add([job])
        uow.jobs.fail(job.id, now, "Máy chủ thư không trả lời")
        uow.commit()
    return job.id


def test_a_failed_job_is_shown_with_its_reason_and_tried_again(site: Site) -> None:
    administrator = site.visit("quantri")
    job_id = failed_job(site)
    assert "Máy chủ thư không trả lời" in administrator.get("/quan-tri/he-thong/")
    administrator.send("/quan-tri/he-thong/", to=f"/quan-tri/he-thong/viec/{job_id}/thu-lai")
    assert "No job has failed." in administrator.get("/quan-tri/he-thong/")


def test_a_checkpoint_is_signed_on_demand(site: Site) -> None:
    administrator = site.visit("quantri")
    administrator.send("/quan-tri/he-thong/", to="/quan-tri/he-thong/diem-kiem-tra")
    assert "A checkpoint has been signed." in administrator.get("/quan-tri/he-thong/")


def test_a_test_mail_asks_for_an_address_and_then_says_what_became_of_it(site: Site) -> None:
    administrator, address = site.visit("quantri"), "/quan-tri/he-thong/thu-thu"
    assert address in administrator.get("/quan-tri/he-thong/")
    refused = administrator.send(address, status=422).get_data(as_text=True)
    assert "Your account has no e-mail address to which a test mail could go." in refused

    with site.services.units() as uow:
        user = uow.accounts.get(site.actor("quantri").user_id)
        uow.accounts.save(replace(user, email="quantri@example.org"))
        uow.commit()
    administrator.send(address)
    shown = administrator.get(address)
    assert "No mail server is configured: nothing was sent." in shown
    assert shown.count("<tbody>") == 1


@pytest.mark.parametrize("who", ["duyet", "quanly", "donvi"])
def test_others_do_not_see_the_installation(site: Site, who: str) -> None:
    visit = site.visit(who)
    visit.get("/quan-tri/he-thong/", status=403)
    assert visit.post("/quan-tri/he-thong/diem-kiem-tra").status_code == 403
    assert visit.post(f"/quan-tri/he-thong/viec/{failed_job(site)}/thu-lai", command_id=new_id()).status_code == 403


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("quantri", {"Procedures", "Administration"}),
        ("duyet", {"Procedures"}),
        ("quanly", {"Procedures", "Campaigns"}),
        ("donvi", set()),
    ],
)
def test_the_menu_offers_what_the_person_may_do(site: Site, who: str, offered: set[str]) -> None:
    page = site.visit(who).client.get("/quy-trinh/").get_data(as_text=True)
    menu = page[page.index('class="site-nav"') : page.index("</nav>")] if 'class="site-nav"' in page else ""
    assert {label for label in ("Procedures", "Administration", "Campaigns") if label in menu} == offered
