"""A case that is stuck before its first step is there, as an incident; its operator tries again and moves it to a mended version."""

from tests.support.house import COMMUNE_UNIT, House
from tests.support.versions import BPMN, Files, Move
from workflow.bootstrap import DEFINITIONS
from workflow.packages.archive import read_folder
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
    files = {
        path: text for path, text in read_folder(DEFINITIONS / "dien-hinh").items() if not path.startswith("tests/")
    }
    manifest = (
        files["procedure.toml"].replace(b'key = "dien-hinh"', b'key = "thu"').replace(b'"DH-{year}', b'"TH-{year}')
    )
    diagram = files[BPMN].decode().replace("</bpmn:process>", LATE.format(day=day))
    return {**files, "procedure.toml": manifest, BPMN: diagram.encode()}


def publish(house: House, day: str) -> str:
    return house.container.publishing.install(with_a_day(day), Provenance(actor=SYSTEM, at=house.clock.now()))


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
    old = publish(house, NO_DAY)
    start(house)
    (stuck,) = incidents(house)
    assert (stuck.case_id, stuck.node_id) == (house.case().id, "start")
    assert (house.case().status, house.case().open_incidents, house.open_tasks()) == ("active", 1, [])

    try_again(house, stuck)
    (still,) = incidents(house)
    assert still.incident_id != stuck.incident_id
    assert house.open_tasks() == []

    Move(house=house, old=old, new=publish(house, "2023-12-01T17:00:00+07:00")).make()
    (mended,) = incidents(house)
    try_again(house, mended)

    assert incidents(house) == []
    assert [task.node_id for task in house.open_tasks()] == ["registration"]
    assert len(house.events(COMMUNE_UNIT, "ProcessStarted")) == 1
    house.verify()
