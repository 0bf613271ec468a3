"""Messages and signals between cases: to the one that waits, to all that wait, or starting a case of its own."""

import re
from datetime import timedelta

import pytest

from tests.support.house import COMMUNE_UNIT, ENTERPRISE_UNIT, PASSWORD, House
from tests.support.nothing import NOTHING_TO_SEE
from tests.support.web import Person
from tests.support.world import shipped_package
from webui.app import create_app
from workflow.engine.codec import state_from_json
from workflow.errors import InvalidInput, NotFound, PermissionDenied
from workflow.runtime.jobs import ATTEMPTS
from workflow.runtime.messages import KEPT_FOR
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.messages import DeliverMessage
from workflow.store.cases import CaseRecord
from workflow.store.waits import WaitRecord

MANAGER = "quanly.tinh"
REASON = "Dữ liệu minh họa: đã nhận trả lời"

ROOTS = """<bpmn:message id="m_question" name="question" cn:correlationKey="unit.id" />
  <bpmn:message id="m_hint" name="hint" />
  <bpmn:signal id="s_bell" name="bell" />
  """
ASKING = """<bpmn:intermediateThrowEvent id="ask" name="Hỏi" cn:nameEn="Ask">
      <bpmn:messageEventDefinition messageRef="m_question" />
    </bpmn:intermediateThrowEvent>
    <bpmn:sequenceFlow id="f_ask" sourceRef="ask" targetRef="registration" />
    <bpmn:boundaryEvent id="rung" name="Có chuông" cn:nameEn="The bell" attachedToRef="registration" cancelActivity="false">
      <bpmn:signalEventDefinition signalRef="s_bell" />
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="heard" name="Đã nghe" cn:nameEn="Heard" />
    <bpmn:sequenceFlow id="f_heard" sourceRef="rung" targetRef="heard" />
    """
ANSWERING = """<bpmn:process id="answering" isExecutable="false">
    <bpmn:startEvent id="asked" name="Được hỏi" cn:nameEn="Asked">
      <bpmn:messageEventDefinition messageRef="m_question" />
    </bpmn:startEvent>
    <bpmn:intermediateCatchEvent id="hinted" name="Có gợi ý" cn:nameEn="Hinted">
      <bpmn:messageEventDefinition messageRef="m_hint" />
    </bpmn:intermediateCatchEvent>
    <bpmn:endEvent id="ring" name="Rung chuông" cn:nameEn="Ring">
      <bpmn:signalEventDefinition signalRef="s_bell" />
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="a1" sourceRef="asked" targetRef="hinted" />
    <bpmn:sequenceFlow id="a2" sourceRef="hinted" targetRef="ring" />
  </bpmn:process>
  """


def asking_package(*, answered: bool = True) -> dict[str, bytes]:
    """The shipped procedure, but a case asks a question first, and hears a bell while it registers."""
    files = {path: text for path, text in shipped_package().items() if not path.startswith("tests/")}
    toml = files["procedure.toml"].decode()
    files["procedure.toml"] = (
        toml.replace('key = "dien-hinh"', 'key = "hoi"').replace('"DH-{year}', '"HO-{year}').encode()
    )
    text = re.sub(r"<bpmn:(incoming|outgoing)>[^<]*</bpmn:\1>", "", files["dien-hinh.bpmn"].decode())
    text = text.replace('targetRef="registration"', 'targetRef="ask"', 1)
    text = text.replace("<bpmn:process ", ROOTS + (ANSWERING if answered else "") + "<bpmn:process ", 1)
    text = text.replace('<bpmn:userTask id="registration"', ASKING + '<bpmn:userTask id="registration"', 1)
    return {**files, "dien-hinh.bpmn": text.encode()}


def open_campaign(house: House, *, answered: bool = True) -> None:
    by = Provenance(actor=SYSTEM, at=house.clock.now())
    house.container.publishing.install(asking_package(answered=answered), by)
    manager = house.actor(MANAGER)
    new = CreateCampaign(key="hoi", year=2023, province="thanh-hoa", name_vi="Đợt thử", name_en="A trial")
    house.campaign_id = house.container.campaigns.create(manager, new)
    units: dict[str, dict[str, object]] = {COMMUNE_UNIT: {}, ENTERPRISE_UNIT: {}}
    house.container.campaign_units.add_units(manager, AddCampaignUnits(campaign_id=house.campaign_id, units=units))
    house.container.campaigns.open(manager, OpenCampaign(campaign_id=house.campaign_id, revision=1))
    house.container.campaign_units.start(manager, StartCampaign(campaign_id=house.campaign_id, gaps_seen=True))
    house.settle()


def later(house: House, span: timedelta) -> None:
    house.clock.move_to(house.clock.now() + span)
    house.settle()


def started(house: House, unit: str = COMMUNE_UNIT) -> CaseRecord | None:
    """The case that the unit's question has started."""
    with house.container.units.reading() as uow:
        return uow.cases.by_business_key(f"{house.case(unit).business_key}-2")


def waits(house: House, case: CaseRecord) -> list[WaitRecord]:
    return house.container.messages.waiting(house.actor(MANAGER), case.id)


def deliver(house: House, case: CaseRecord, login: str = MANAGER, reason: str = REASON) -> None:
    (wait,) = waits(house, case)
    command = DeliverMessage(case_id=case.id, subscription_id=wait.subscription_id, reason=reason)
    house.container.messages.deliver(house.actor(login), command)
    house.settle()


def test_a_message_starts_a_case_on_the_process_that_it_is_for(house: House) -> None:
    open_campaign(house)

    case = started(house)

    assert case is not None
    assert (case.process_id, case.unit_id, case.status) == ("answering", COMMUNE_UNIT, "active")
    assert case.state is not None
    assert state_from_json(case.state).variables["unit"]["id"] == COMMUNE_UNIT
    assert [wait.name for wait in waits(house, case)] == ["hint"]


def test_an_operator_lets_a_message_arrive_and_the_signal_after_it_reaches_every_case(house: House) -> None:
    open_campaign(house)
    case = started(house)
    assert case is not None

    deliver(house, case)

    ended = started(house)
    assert ended is not None
    assert ended.status == "completed"
    for unit in (COMMUNE_UNIT, ENTERPRISE_UNIT):
        assert [event.payload["node_id"] for event in house.events(unit, "ActivityEntered")][-1] == "heard"
        assert house.task("registration", unit), "a bell does not end the registration"


def test_what_has_arrived_is_on_the_record_with_its_reason(house: House) -> None:
    open_campaign(house)
    case = started(house)
    assert case is not None

    deliver(house, case)

    with house.container.units.reading() as uow:
        events = [event for event in uow.events.of_stream(f"case:{case.id}") if event.type == "CaseOperated"]
    assert [event.payload["reason"] for event in events] == [REASON]


def test_only_who_may_operate_the_case_sees_and_delivers_messages(house: House) -> None:
    open_campaign(house)
    case = started(house)
    assert case is not None
    (wait,) = waits(house, case)
    stranger = house.actor("donvi.xaminhhoa") if "donvi.xaminhhoa" in house.users else house.person("nguoi.la")

    with pytest.raises((PermissionDenied, NotFound)):
        house.container.messages.waiting(stranger, case.id)
    with pytest.raises((PermissionDenied, NotFound)):
        house.container.messages.deliver(
            stranger, DeliverMessage(case_id=case.id, subscription_id=wait.subscription_id, reason=REASON)
        )
    for nothing in NOTHING_TO_SEE:
        with pytest.raises(InvalidInput):
            deliver(house, case, reason=nothing * 12)


def test_a_message_arrives_once(house: House) -> None:
    open_campaign(house)
    case = started(house)
    assert case is not None
    (wait,) = waits(house, case)
    deliver(house, case)

    again = DeliverMessage(case_id=case.id, subscription_id=wait.subscription_id, reason=REASON)
    with pytest.raises(NotFound):
        house.container.messages.deliver(house.actor(MANAGER), again)


def test_a_message_that_nobody_waits_for_is_kept_and_shows_in_the_end(house: House) -> None:
    open_campaign(house, answered=False)
    assert len(house.jobs("message")) == 1

    later(house, KEPT_FOR + timedelta(days=2))
    for _ in range(ATTEMPTS):
        later(house, timedelta(hours=2))

    with house.container.units.reading() as uow:
        found = uow._connection.exec_driver_sql("SELECT last_error FROM jobs WHERE kind = 'message'").all()  # type: ignore[attr-defined]
    assert len(found) == 2, "one for each of the two cases"
    assert all("question" in row[0] for row in found)


def test_a_suspended_case_hears_a_signal_when_it_goes_on(house: House) -> None:
    open_campaign(house)
    manager, other = house.actor(MANAGER), house.case(ENTERPRISE_UNIT)
    house.container.cases.move(manager, CaseCommand(case_id=other.id, trigger="suspend", reason=REASON))
    case = started(house)
    assert case is not None
    deliver(house, case)
    assert "heard" not in [event.payload["node_id"] for event in house.events(ENTERPRISE_UNIT, "ActivityEntered")]

    house.container.cases.move(manager, CaseCommand(case_id=other.id, trigger="resume", reason=REASON))
    later(house, timedelta(minutes=5))

    assert "heard" in [event.payload["node_id"] for event in house.events(ENTERPRISE_UNIT, "ActivityEntered")]


def test_the_page_lets_a_message_arrive_and_says_when_there_is_none(house: House) -> None:
    open_campaign(house)
    case = started(house)
    assert case is not None
    manager = Person.at(create_app(house.container, testing=True)).sign_in(MANAGER, PASSWORD)

    manager.open(f"/ho-so/{case.id}").open(f"/ho-so/{case.id}/thong-diep")
    (wait,) = waits(house, case)
    manager.send("/thong-diep", {"wait": wait.subscription_id, "reason": "", "variables": ""}, status=422)
    manager.send("/thong-diep", {"wait": wait.subscription_id, "reason": REASON, "variables": "[1]"}, status=422)
    manager.send("/thong-diep", {"wait": wait.subscription_id, "reason": REASON, "variables": '{"hint": "x"}'})
    house.settle()

    ended = started(house)
    assert ended is not None
    assert ended.status == "completed"
    assert "không chờ thông điệp nào" in manager.open(f"/ho-so/{house.case().id}/thong-diep").text


def test_a_message_that_one_person_lets_arrive_says_not_who_decides_or_by_when(house: House) -> None:
    open_campaign(house)
    case = started(house)
    assert case is not None
    (wait,) = waits(house, case)

    for name in ("deadlines", "routing", "decision"):
        command = DeliverMessage(
            case_id=case.id, subscription_id=wait.subscription_id, reason=REASON, variables={name: {}}
        )
        with pytest.raises(InvalidInput, match=f"“{name}”"):
            house.container.messages.deliver(house.actor(MANAGER), command)

    assert [one.subscription_id for one in waits(house, case)] == [wait.subscription_id]


def test_what_a_message_brought_by_hand_is_told(house: House) -> None:
    open_campaign(house)
    case = started(house)
    assert case is not None
    (wait,) = waits(house, case)
    command = DeliverMessage(
        case_id=case.id, subscription_id=wait.subscription_id, reason=REASON, variables={"answer": 7}
    )

    house.container.messages.deliver(house.actor(MANAGER), command)

    with house.container.units.reading() as uow:
        told = [event for event in uow.events.of_stream(f"case:{case.id}") if event.type == "CaseValuesSet"]
    assert [event.payload["values"] for event in told] == [{"answer": {"to": 7}}]
