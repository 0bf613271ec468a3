"""A case that is stuck stands before an operator: at its very start until another version mends it, at a gateway until two agree on the way."""

from datetime import date

import pytest

from tests.support.house import COMMUNE_UNIT, PASSWORD, House
from tests.support.versions import BPMN, Files, Move
from tests.support.web import Person
from tests.support.world import shipped_package
from webui.app import create_app
from workflow.audit.facts.casework import WayAsked
from workflow.errors import NotFound, TransitionRefused
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.operations import OperateCase
from workflow.store.cases import IncidentRecord
from workflow.store.rows import Page

REASON = "Minh họa: hồ sơ không bắt đầu được"
NO_DAY = "=campaign.closing_day"
"""What no campaign has: the timer below cannot be set, so that the process cannot begin."""
LATE = """<bpmn:subProcess id="late" name="Quá ngày" cn:nameEn="Too late" triggeredByEvent="true">
      <bpmn:startEvent id="late_begin" name="Đến ngày" cn:nameEn="The day has come" isInterrupting="false">
        <bpmn:timerEventDefinition id="late_timer">
          <bpmn:timeDate xsi:type="bpmn:tFormalExpression">{day}</bpmn:timeDate>
        </bpmn:timerEventDefinition>
      </bpmn:startEvent>
      <bpmn:endEvent id="late_end" name="Đã ghi nhận" cn:nameEn="Noted" />
      <bpmn:sequenceFlow id="late_flow" sourceRef="late_begin" targetRef="late_end" />
    </bpmn:subProcess>
  </bpmn:process>"""


def with_a_day(day: str) -> Files:
    """The shipped procedure under another key, which also waits for a day from its very start."""
    # Its saved tests would keep such a version from being published.
    files = {path: text for path, text in shipped_package().items() if not path.startswith("tests/")}
    manifest = (
        files["procedure.toml"].replace(b'key = "dien-hinh"', b'key = "thu"').replace(b'"DH-{year}', b'"TH-{year}')
    )
    diagram = files[BPMN].decode().replace("</bpmn:process>", LATE.format(day=day))
    return {**files, "procedure.toml": manifest, BPMN: diagram.encode()}


def undecided() -> Files:
    """The shipped procedure under another key, whose list of pilots cannot be decided upon."""
    files = with_a_day("2023-12-01T17:00:00+07:00")
    diagram = files[BPMN].decode().replace('pilot_list.outcome = "accept"', "campaign.nobody_says_so")
    return {**files, BPMN: diagram.encode()}


def publish(house: House, files: Files) -> str:
    return house.container.publishing.install(files, Provenance(actor=SYSTEM, at=house.clock.now()))


def start(house: House) -> None:
    """A campaign of that procedure for one commune, as its manager starts it."""
    manager = house.actor("quanly.tinh")
    new = CreateCampaign(key="thu", year=2023, province="thanh-hoa", name_vi="Đợt thử", name_en="A trial")
    house.campaign_id = house.container.campaigns.create(manager, new)
    units = AddCampaignUnits(campaign_id=house.campaign_id, units={COMMUNE_UNIT: {}})
    house.container.campaign_units.add_units(manager, units)
    house.container.campaigns.open(manager, OpenCampaign(campaign_id=house.campaign_id, revision=1))
    house.container.campaign_units.start(manager, StartCampaign(campaign_id=house.campaign_id, gaps_seen=True))
    house.settle()


def incidents(house: House) -> list[IncidentRecord]:
    return house.container.operations.incidents(house.actor("quanly.tinh"), Page())[0]


def try_again(house: House, incident: IncidentRecord) -> None:
    command = OperateCase(case_id=house.case().id, reason=REASON, incident_id=incident.incident_id)
    house.container.operations.operate(house.actor("quanly.tinh"), command)
    house.settle()


def test_a_case_stuck_at_its_very_start_is_tried_again_and_goes_on_in_a_mended_version(house: House) -> None:
    old = publish(house, with_a_day(NO_DAY))
    start(house)
    (stuck,) = incidents(house)
    assert (stuck.case_id, stuck.node_id) == (house.case().id, "start")
    assert (house.case().status, house.case().open_incidents, house.open_tasks()) == ("active", 1, [])

    try_again(house, stuck)
    (still,) = incidents(house)
    assert still.incident_id != stuck.incident_id
    assert house.open_tasks() == []

    Move(house=house, old=old, new=publish(house, with_a_day("2023-12-01T17:00:00+07:00"))).make()
    (mended,) = incidents(house)
    try_again(house, mended)

    assert incidents(house) == []
    assert [task.node_id for task in house.open_tasks()] == ["registration"]
    assert len(house.events(COMMUNE_UNIT, "ProcessStarted")) == 1
    house.verify()


FIRST, ACCEPTED = "quanly.tinh", "list_gateway__criteria_rule"


def choose(house: House, incident: IncidentRecord, login: str, flow: str = ACCEPTED) -> object:
    command = OperateCase(case_id=house.case().id, reason=REASON, incident_id=incident.incident_id, flow_id=flow)
    return house.container.operations.operate(house.actor(login), command)


@pytest.fixture
def stuck(house: House) -> IncidentRecord:
    """A case whose gateway cannot decide."""
    publish(house, undecided())
    start(house)
    house.register()
    house.do(COMMUNE_UNIT, "thuongtruc.thuongxuan", "pilot_list", "accept")
    (found,) = incidents(house)
    assert found.node_id == "list_gateway"
    return found


def test_which_way_a_stuck_gateway_is_left_takes_two_managers(house: House, stuck: IncidentRecord) -> None:
    second = house.person("quanly.huyen", ("manager", "thuong-xuan"))

    choose(house, stuck, FIRST)
    house.settle()

    assert [one.incident_id for one in incidents(house)] == [stuck.incident_id]
    (asked,) = house.container.operations.asked(second, house.case().id, stuck.incident_id)
    assert (asked.flow_id, asked.reason, asked.mine) == (ACCEPTED, REASON, False)
    assert WayAsked.notice in [one.template for one in house.container.notifications.list(second)]
    with pytest.raises(TransitionRefused, match="cannot be the second person"):
        choose(house, stuck, FIRST)

    choose(house, stuck, "quanly.huyen")

    assert incidents(house) == []
    assert [task.node_id for task in house.open_tasks()] == ["self_assessment"]
    (operated,) = house.events(COMMUNE_UNIT, "CaseOperated")
    assert (operated.actor, operated.payload["asked_by"]) == (house.users["quanly.huyen"], house.users[FIRST])
    house.verify()


def test_two_managers_who_choose_different_ways_do_not_agree(house: House, stuck: IncidentRecord) -> None:
    house.person("quanly.huyen", ("manager", "thuong-xuan"))

    choose(house, stuck, FIRST)
    choose(house, stuck, "quanly.huyen", "list_gateway__registration")

    assert [one.incident_id for one in incidents(house)] == [stuck.incident_id]
    choose(house, stuck, FIRST, "list_gateway__registration")
    assert [task.node_id for task in house.open_tasks()] == ["registration"]


def test_who_stands_in_for_who_asked_is_no_second_manager(house: House, stuck: IncidentRecord) -> None:
    house.person("quanly.thay")
    house.deputy("quanly.thay", of=FIRST, valid_from=date(2023, 1, 1), valid_to=date(2023, 12, 31))

    choose(house, stuck, FIRST)

    with pytest.raises(TransitionRefused, match="cannot be the second person"):
        choose(house, stuck, "quanly.thay")
    with pytest.raises(NotFound):
        choose(house, stuck, FIRST, "no_such_flow")
    assert len(house.events(COMMUNE_UNIT, "WayAsked")) == 1


def test_the_page_says_that_it_waits_for_a_second_manager(house: House, stuck: IncidentRecord) -> None:
    page = Person.at(create_app(house.container, testing=True)).sign_in(FIRST, PASSWORD)
    address = f"/ho-so/{house.case().id}/su-co/{stuck.incident_id}"

    page.open(address).send(address, {"how": "flow", "flow_id": ACCEPTED, "reason": REASON})

    assert "Chờ người quản lý thứ hai" in page.text
    assert REASON in page.text
