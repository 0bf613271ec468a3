"""A sitting of thirty cases: units of a trial, judged by a procedure that goes from the registration straight to the committee.

What a sitting shows and does is the same as for cases of the shipped procedure, which take a year each; only their way is shorter.
"""

import re
from datetime import date

from tests.support.house import House
from tests.support.sittings import BODY, CHAIR, CLERK, MEMBERS
from tests.support.world import shipped_package
from workflow.calendar.zone import local_date
from workflow.demo.player import Deed
from workflow.organisation.records import Organisation
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.directory import NewRole
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.sittings.sittings import OpenCases
from workflow.store.accounts import NO_PASSWORD

BPMN = "dien-hinh.bpmn"
OFFICER = "donvi.minhhoa30"
PAPER = '<cn:paper id="proposal" label="Tờ trình đề nghị công nhận" labelEn="Proposal" required="true" />'
STRAIGHT = """<bpmn:sequenceFlow id="eligible_gateway__put_forward" sourceRef="eligible_gateway" targetRef="put_forward">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">eligibility.eligible = true and registration.pilot = "province"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="eligible_gateway__pilot_list\""""


def short_package() -> dict[str, bytes]:
    """The shipped procedure; a provincial pilot that is eligible is put forward at once, with one paper."""
    files = {path: text for path, text in shipped_package().items() if not path.startswith("tests/")}
    toml = files["procedure.toml"].decode()
    toml = toml.replace('key = "dien-hinh"', 'key = "phien"').replace('"DH-{year}', '"PH-{year}')
    toml = toml.replace('version_label = "2023"', 'version_label = "phien-2023"')
    text = re.sub(r"<bpmn:(incoming|outgoing)>[^<]*</bpmn:\1>", "", files[BPMN].decode())
    text = text.replace('<bpmn:sequenceFlow id="eligible_gateway__pilot_list"', STRAIGHT, 1)
    text = re.sub(
        r'condition="=conclusion.assessment.all_met"\s+refusal="[^"]*"\s+refusalEn="[^"]*"', "", text, count=1
    )
    at = text.index('<cn:outcome id="return"', text.index('<bpmn:userTask id="put_forward"'))
    end = text.index("/>", at) + 2
    return {**files, "procedure.toml": toml.encode(), BPMN: f"{text[:end]}{PAPER}{text[end:]}".encode()}


def units_of(count: int) -> list[Organisation]:
    """Made-up schools that answer to the province."""
    return [
        Organisation(
            id=f"truong-minh-hoa-{number:02}",
            code=f"truong-minh-hoa-{number:02}",
            kind="school",
            type="trường",
            name_vi=f"Trường THPT Minh Họa {number}",
            name_en=f"Minh Họa High School {number}",
            level="province",
            territory_id="tp-thanh-hoa",
            managing_level="province",
            managing_id="ubnd-thanh-hoa",
            valid_from=date(2022, 1, 1),
            source="Đơn vị minh họa, không có thật",
        )
        for number in range(1, count + 1)
    ]


def choosing(files: dict[str, bytes]) -> dict[str, bytes]:
    """Whoever decides also chooses who signs."""
    field = '<cn:field id="decision_number"'
    signs = '<cn:field id="signs" kind="users" label="Người ký" labelEn="Signs" role="committee-chair" jurisdiction="=routing.recogniser" required="true" />'
    text = files[BPMN].decode()
    assert field in text
    return {**files, BPMN: text.replace(field, f"{signs}{field}", 1).encode()}


def put_before_the_committee(house: House, count: int = 30, package: dict[str, bytes] | None = None) -> list[str]:
    """A campaign of its own, whose cases are convened for today; the ids of its units, in the order of the cases' numbers."""
    by = Provenance(actor=SYSTEM, at=house.clock.now())
    units = units_of(count)
    house.container.organisations.import_data(units, (), by)
    house.container.publishing.install(package or short_package(), by)
    held = [NewRole(role="unit-officer", organisation_id=one.id, valid_from=one.valid_from) for one in units]
    officer = NewUser(login=OFFICER, name="Người của ba mươi trường", email=None, locale="vi")
    house.users[OFFICER] = house.container.account_changes.set_up(by, officer, NO_PASSWORD, held)
    former, house.campaign_id = house.campaign_id, _campaign(house, units)
    ids = [one.id for one in units]
    for unit in ids:
        for deed in _deeds(house):
            house.player.do(house.case(unit).id, deed)
    house.settle()
    house.campaign_id = former
    return ids


def _campaign(house: House, units: list[Organisation]) -> str:
    manager = house.actor("quanly.tinh")
    new = CreateCampaign(
        key="phien", year=2023, province="thanh-hoa", name_vi="Đợt thử", name_en="A trial", demonstration=True
    )
    campaign_id = house.container.campaigns.create(manager, new)
    wanted: dict[str, dict[str, object]] = {one.id: {} for one in units}
    house.container.campaign_units.add_units(manager, AddCampaignUnits(campaign_id=campaign_id, units=wanted))
    house.container.campaigns.open(manager, OpenCampaign(campaign_id=campaign_id, revision=1))
    house.container.campaign_units.start(manager, StartCampaign(campaign_id=campaign_id, gaps_seen=True))
    house.settle()
    return campaign_id


def _deeds(house: House) -> list[Deed]:
    today = local_date(house.clock.now())
    registered = {"safety_recognised": "true", "safety_decision": "01/QĐ", "previous_class": "kha", "pilot": "province"}
    convened = {
        "held_on": f"{today.day}/{today.month}/{today.year}",
        "place": "Phòng họp minh họa",
        "roster": [CHAIR, *MEMBERS],
    }
    return [
        Deed(login=OFFICER, node_id="registration", outcome="submit", fields=registered),
        Deed(login=CLERK, node_id="put_forward", outcome="put_forward"),
        Deed(login=CLERK, node_id="convene", outcome="convene", fields=convened),
    ]


def open_the_votes(house: House, count: int | None = None) -> None:
    """Everybody is there; the vote on the first `count` cases is opened, on all without it."""
    on = local_date(house.clock.now())
    clerk, service = house.actor(CLERK), house.container.sittings
    waiting = [one.case_id for one in service.agenda(clerk, BODY, on).waiting][:count]
    present = [house.users[one] for one in (CHAIR, *MEMBERS)]
    done = service.open(clerk, OpenCases(body=BODY, on=on, case_ids=waiting, outcome="open", present=present))
    assert [str(one.refusal) for one in done if one.refusal] == []
    house.settle()
