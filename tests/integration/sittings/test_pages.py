"""The pages of a sitting, without a script: opened for many cases, looked at, voted on, agreed to, printed."""

from collections.abc import Callable, Sequence

import pytest

from tests.support.house import PASSWORD, House
from tests.support.sittings import BODY, CHAIR, CLERK, DAY, MEMBERS
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.services.sittings.agenda import Line

HERE = f"/phien-hop/{BODY}/{DAY.isoformat()}/"
WHY = "có người thân công tác tại đơn vị"
SECRET = "Lý do bí mật của một lá phiếu 7f3a"
SignIn = Callable[[str], Person]


@pytest.fixture
def signed_in(sitting: House) -> SignIn:
    app = create_app(sitting.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    return lambda login: Person.at(app).sign_in(login, PASSWORD)


def names(person: Person) -> list[str]:
    return [" ".join(one.text_content().split()) for one in person.page.xpath("//table//th[@scope='row']")]


def filled(nothing: Person) -> list[str]:
    """What is chosen on the page before anybody has touched it."""
    return [str(one.get("name")) for one in nothing.page.xpath("//main//*[@checked or @selected]")]


def test_a_sitting_from_the_roll_call_to_the_minutes(sitting: House, signed_in: SignIn) -> None:
    clerk = signed_in(CLERK).open("/phien-hop/").follow("21/12/2023")
    assert len(names(clerk)) == 3
    clerk.follow("Khai mạc 3 hồ sơ")
    assert filled(clerk) == []
    clerk.send(f"{HERE}khai-mac", {"present": [sitting.users[CHAIR]]}, "Đủ thành phần", status=422)
    assert "Chọn hồ sơ" in clerk.text
    assert sitting.users[CHAIR] in clerk.page.xpath("//input[@name='present'][@checked]/@value")
    case = str(clerk.page.xpath("(//input[@name='case'])[1]/@value")[0])
    everybody = [sitting.users[one] for one in (CHAIR, *MEMBERS)]
    more = {"away-0-case": case, "away-0-person": sitting.users[MEMBERS[-1]], "away-0-reason": "ngắn"}
    clerk.send(f"{HERE}khai-mac", {"present": everybody, "which": "all", **more}, "Đủ thành phần")
    assert "1 hồ sơ bị từ chối" in clerk.text
    assert "ít nhất 10 ký tự" in clerk.text
    clerk.open(f"{HERE}khai-mac").send(
        f"{HERE}khai-mac", {"present": everybody, "which": "all", **more, "away-0-reason": WHY}, "Đủ thành phần"
    )
    assert "0/4 đã bỏ" in clerk.text

    member = signed_in(MEMBERS[0]).open(f"{HERE}ho-so/{case}/khong-tham-gia")
    member.send("/khong-tham-gia", {"reason": "không"}, status=422)
    member.open(HERE)
    assert "Chưa mở" in member.text
    member.post(f"{HERE}ho-so/{case}/mo", _sent(member))
    assert "Tôi không tham gia xét" in member.text
    assert filled(member) == []
    paper = str(member.page.xpath("//button[contains(@formaction, 'tai-lieu')][1]/@formaction")[0])
    member.post(paper, {**_sent(member), "outcome": "disagree", "reason": SECRET})
    assert "tôi đã mở 1" in member.text
    assert member.value("reason") == SECRET
    assert "Trang 1/1" in member.text
    member.send(f"/ho-so/{case}", {"outcome": "disagree", "reason": ""}, status=422)
    assert "lý do" in member.text.lower()
    member.send(f"/ho-so/{case}", {"outcome": "disagree", "reason": SECRET})
    assert "Chưa bỏ, đã mở" in member.text, "the next case is opened"
    assert "tôi đã bỏ 1, đã mở 1" in member.text
    member.follow("Đồng ý 1 hồ sơ đã mở")
    assert len(names(member)) == 1
    member.send(f"{HERE}dong-y")
    assert "tôi đã bỏ 2, đã mở 0" in member.text

    for login in (CLERK, CHAIR, "kiemsoat.tinh"):
        other = signed_in(login)
        for page in (HERE, f"{HERE}ho-so/{case}", f"{HERE}man-chieu", f"{HERE}bien-ban"):
            assert SECRET not in other.open(page).text, (login, page)


def test_cases_are_put_off_once_they_were_named_and_a_reason_was_given(sitting: House, signed_in: SignIn) -> None:
    """Given two of five present, when two cases are to be put off, then the page names them and asks why before anything happens."""
    clerk = signed_in(CLERK).open(f"{HERE}khai-mac")
    first, second, _third = clerk.page.xpath("//input[@name='case']/@value")
    present = [sitting.users[one] for one in (CHAIR, MEMBERS[0])]
    entered = {"present": present, "which": "some", "case": [first, second]}

    clerk.send(f"{HERE}khai-mac", entered, "Hoãn, họp lại")

    assert len(names(clerk)) == 2
    assert sitting.actor(CHAIR).name in clerk.text
    assert "2/5 có mặt" not in clerk.open(HERE).text, "nothing has happened yet"
    clerk.open(f"{HERE}khai-mac").send(f"{HERE}khai-mac", entered, "Hoãn, họp lại")
    clerk.send(f"{HERE}khai-mac", {"reason": " "}, "Hoãn, họp lại: 2 hồ sơ", status=422)
    assert len(names(clerk)) == 2
    clerk.send(f"{HERE}khai-mac", {}, "Quay lại điểm danh")
    assert clerk.page.xpath("//input[@name='present'][@checked]/@value") == present
    assert clerk.page.xpath("//input[@name='case'][@checked]/@value") == [first, second]
    clerk.send(f"{HERE}khai-mac", {}, "Hoãn, họp lại")
    clerk.send(f"{HERE}khai-mac", {"reason": "Minh họa: ba ủy viên đi công tác"}, "Hoãn, họp lại: 2 hồ sơ")

    assert "Đã đưa 2 hồ sơ về bước triệu tập để họp lại." in clerk.text
    assert "2/5 có mặt, cần 4: chưa khai mạc" in clerk.text
    clerk.open(f"{HERE}bien-ban")
    assert "Khai mạc lúc" not in clerk.text
    assert "phiên họp không được khai mạc" in clerk.text
    assert "Có mặt: 2/5, cần 4." in clerk.text
    assert [line.stand for line in _lines(sitting)] == ["put_off", "put_off", "waiting"]
    assert clerk.text.count(": Minh họa: ba ủy viên đi công tác") == 2


def test_a_task_of_a_sitting_leads_there_from_the_queue_and_from_its_own_page(
    sitting: House, signed_in: SignIn
) -> None:
    clerk = signed_in(CLERK).open("/nhiem-vu")
    link = str(clerk.page.xpath("//tr[contains(., 'Khai mạc')]//a[contains(@href, '/phien-hop/nhiem-vu/')]/@href")[0])

    clerk.open(link)

    assert clerk.page.xpath("//tr[contains(@class, 'is-selected')]")
    clerk.open(f"/nhiem-vu/{link.rpartition('/')[2]}").follow("Phiên họp")
    stranger = signed_in("uyvien1.thuongxuan")
    assert stranger.open(link, status=404).status == 404


def test_a_task_that_lies_in_no_sitting_is_shown_itself(sitting: House, signed_in: SignIn) -> None:
    task = sitting.task("registration", "tho-thanh")

    page = signed_in("donvi.thothanh").open(f"/phien-hop/nhiem-vu/{task.id}")

    assert "Đăng ký xây dựng đơn vị điển hình" in page.text
    assert not page.page.xpath("//main//a[contains(@href, '/phien-hop/')]")


def test_who_takes_no_part_says_so_before_the_vote_is_opened(sitting: House, signed_in: SignIn) -> None:
    member = signed_in(MEMBERS[0]).open(HERE)
    member.open(str(member.page.xpath("//a[@data-row]/@href")[0]))
    member.send("/khong-tham-gia", {"reason": WHY})

    clerk = signed_in(CLERK).open(f"{HERE}khai-mac")
    assert f"{sitting.actor(MEMBERS[0]).name}: Không tham gia xét: {WHY}" in clerk.text


def test_the_screen_has_no_names_and_the_minutes_have_them_all(sitting: House, signed_in: SignIn) -> None:
    clerk = signed_in(CLERK)
    people = [sitting.actor(one).name for one in (CHAIR, *MEMBERS)]

    screen = clerk.open(f"{HERE}man-chieu?number=2").text
    assert [one for one in people if one in screen] == []
    assert "hồ sơ 2/3" in screen
    minutes = clerk.open(f"{HERE}bien-ban").text
    assert [one for one in people if one not in minutes] == []
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in minutes
    assert minutes.index("BIÊN BẢN") < minutes.index("THƯ KÝ") < minutes.index("CHỦ TRÌ")


@pytest.mark.parametrize("address", ["/phien-hop/khong-co/2023-12-21/", f"/phien-hop/{BODY}/2023-13-45/"])
def test_what_is_no_sitting_is_not_found(signed_in: SignIn, address: str) -> None:
    assert signed_in(CLERK).open(address, status=404).status == 404


def test_a_get_opens_nothing(sitting: House, signed_in: SignIn) -> None:
    clerk = signed_in(CLERK).open(HERE)
    case = str(clerk.page.xpath("//a[@data-row]/@href")[0])
    before = len(sitting.events("hoi-lhpn-tinh"))

    signed_in(MEMBERS[0]).open(case)

    assert len(sitting.events("hoi-lhpn-tinh")) == before


def _lines(house: House) -> Sequence[Line]:
    return house.container.sittings.agenda(house.actor(CLERK), BODY, DAY).lines


def _sent(person: Person) -> dict[str, str]:
    """The hidden fields of the present page's first form of the sitting."""
    form = person.page.xpath("//main//form[@method='post']")[0]
    return {name: str(form.xpath(f"string(.//input[@name='{name}']/@value)")) for name in ("csrf_token", "command_id")}
