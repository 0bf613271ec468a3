"""Whatever cannot proceed stands as an incident before an operator, who retries, resolves or moves it; nothing is lost."""

from datetime import date

import pytest

from tests.support.house import COMMUNE_UNIT, ENTERPRISE_UNIT, PASSWORD, House
from tests.support.versions import Move
from tests.support.web import Person
from tests.support.world import shipped_package
from webui.app import create_app
from workflow.audit.facts.casework import CaseValuesSet
from workflow.errors import InvalidInput, NotFound, PermissionDenied, TransitionRefused
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.operations import OperateCase
from workflow.services.places.organisations import AddOrganisation, OrganisationData
from workflow.store.cases import IncidentRecord
from workflow.store.rows import Page

REASON = "Minh họa: xử lý sự cố"


def incidents(house: House, login: str = "quanly.tinh") -> list[IncidentRecord]:
    return house.container.operations.incidents(house.actor(login), Page())[0]


def operate(house: House, unit: str = COMMUNE_UNIT, login: str = "quanly.tinh", **what: object) -> object:
    command = OperateCase(case_id=house.case(unit).id, reason=REASON, **what)  # type: ignore[arg-type] # as the page sends it
    return house.container.operations.operate(house.actor(login), command)


def without_a_row_for_communes(house: House) -> None:
    """Publish a procedure whose routing table says nothing of communes, and open it for Xã Minh Họa."""
    shipped = shipped_package()
    # Its saved tests would keep such a version from being published.
    files = {path: content for path, content in shipped.items() if not path.startswith("tests/")}
    files["procedure.toml"] = (
        files["procedure.toml"].replace(b'key = "dien-hinh"', b'key = "thu"').replace(b'"DH-{year}', b'"TH-{year}')
    )
    files["rules/routing.dmn"] = files["rules/routing.dmn"].replace(b'<text>"commune"</text>', b'<text>"town"</text>')
    house.container.publishing.install(files, Provenance(actor=SYSTEM, at=house.clock.now()))
    manager = house.actor("quanly.tinh")
    new = CreateCampaign(key="thu", year=2023, province="thanh-hoa", name_vi="Đợt thử", name_en="A trial")
    house.campaign_id = house.container.campaigns.create(manager, new)
    house.container.campaign_units.add_units(
        manager, AddCampaignUnits(campaign_id=house.campaign_id, units={COMMUNE_UNIT: {}})
    )
    house.container.campaigns.open(manager, OpenCampaign(campaign_id=house.campaign_id, revision=1))
    house.container.campaign_units.start(manager, StartCampaign(campaign_id=house.campaign_id, gaps_seen=True))
    house.settle()


def with_a_row_for_communes(house: House) -> None:
    """Publish the procedure with the row that was missing, and move its cases there."""
    old = house.case().version_id
    with house.container.units.reading() as uow:
        files = dict(house.container.programs.get(uow, old).package.files)
    files["rules/routing.dmn"] = files["rules/routing.dmn"].replace(b'<text>"town"</text>', b'<text>"commune"</text>')
    new = house.container.publishing.install(files, Provenance(actor=SYSTEM, at=house.clock.now()))
    Move(house=house, old=old, new=new).make()


def new_commune(house: House) -> str:
    """A commune without a steering committee, in a campaign of its own, on its way to be evaluated."""
    admin, manager = house.actor("quantri.tinh"), house.actor("quanly.tinh")
    commune = OrganisationData(
        code="xa-moi",
        kind="commune",
        type="xã",
        level="commune",
        name_vi="Xã Mới (minh họa)",
        name_en="Mới Commune (made up)",
        territory_id="thuong-xuan",
        managing_level="district",
        managing_id="ubnd-thuong-xuan",
        valid_from=date(2022, 1, 1),
    )
    house.container.organisations.add(admin, AddOrganisation(organisation_id="xa-moi", data=commune))
    house.person("donvi.moi", ("unit-officer", "xa-moi"))
    house.container.campaign_units.add_units(
        manager, AddCampaignUnits(campaign_id=house.campaign_id, units={"xa-moi": {}})
    )
    house.container.campaign_units.start(
        manager, StartCampaign(campaign_id=house.campaign_id, gaps_seen=True, unit_ids=["xa-moi"])
    )
    house.settle()
    fields = {"safety_recognised": "true", "previous_class": "kha", "pilot": "district"}
    house.do("xa-moi", "donvi.moi", "registration", "submit", fields=fields)
    house.do("xa-moi", "thuongtruc.thuongxuan", "pilot_list", "accept")
    house.do("xa-moi", "donvi.moi", "self_assessment", "submit")
    return "xa-moi"


def test_a_routing_without_a_row_stands_before_the_operator_until_another_version_has_it(house: House) -> None:
    without_a_row_for_communes(house)
    house.register()
    (incident,) = incidents(house)
    assert incident.case_id == house.case().id
    assert house.case().open_incidents == 1
    assert house.open_tasks() == []

    with_a_row_for_communes(house)
    (place,) = house.container.operations.positions(house.actor("quanly.tinh"), house.case().id)
    operate(house, activity_id=place.activity_id, target_node="registration")
    house.register()

    assert incidents(house) == []
    assert house.case().open_incidents == 0
    assert house.task("pilot_list").organisation_id == "cong-an-thuong-xuan"
    (event,) = house.events("xa-minh-hoa", "CaseOperated")
    assert (event.payload["reason"], event.role) == (REASON, "manager")
    house.verify()


OTHERS = {
    "routing": {"evaluator": "steering-committee@commune", "recogniser": "steering-committee@district"},
    "deadlines": {"recognition": {"due_at": "2099-12-31T17:00:00+07:00"}},
    "eligibility": {"eligible": True},
    "criteria_set": "commune",
    "unit": {"id": ENTERPRISE_UNIT},
    "campaign": {"year": 2030},
    "quorum": {"met": True},
}
"""What would have another body decide, by another day, or on other criteria."""


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_alone_says_who_decides_by_when_or_on_what(house: House, name: str) -> None:
    without_a_row_for_communes(house)
    house.register()
    (incident,) = incidents(house)

    with pytest.raises(InvalidInput) as refusal:
        operate(house, incident_id=incident.incident_id, variables={"note": "x", name: OTHERS[name]})

    assert f"“{name}”" in str(refusal.value)
    assert "page of the campaign" in str(refusal.value)
    assert [one.incident_id for one in incidents(house)] == [incident.incident_id]
    assert house.events(COMMUNE_UNIT, "CaseValuesSet") == []


def test_other_values_are_set_before_everybody_s_eyes(house: House) -> None:
    without_a_row_for_communes(house)
    house.register()
    other = house.person("quanly.huyen", ("manager", "thuong-xuan"))
    for note in ("cũ", "mới"):
        (incident,) = incidents(house)
        operate(house, incident_id=incident.incident_id, variables={"note": note})
    house.settle()

    changes = ['note: – → "cũ"', 'note: "cũ" → "mới"']
    told = house.container.notifications.list(other)
    view = house.container.case_views.view(house.actor("donvi.minhhoa"), house.case().id)

    page = Person.at(create_app(house.container, testing=True)).sign_in("quanly.tinh", PASSWORD)
    page.open(f"/ho-so/{house.case().id}")

    assert 'Giá trị đã sửa: note: "cũ" → "mới"' in page.text
    assert sorted(one.changes for one in view.interventions) == sorted(changes)
    assert sorted(str(one.params["changes"]) for one in told if one.template == CaseValuesSet.notice) == sorted(changes)
    first, second = house.events(COMMUNE_UNIT, "CaseValuesSet")
    assert (first.payload["values"], first.payload["reason"]) == ({"note": {"to": "cũ"}}, REASON)
    assert second.payload["values"] == {"note": {"from": "cũ", "to": "mới"}}
    house.verify()


def test_incidents_are_found_by_words_like_cases(house: House) -> None:
    without_a_row_for_communes(house)
    house.register()
    manager, key = house.actor("quanly.tinh"), house.case().business_key
    incidents_of = house.container.operations.incidents

    def number(text: str) -> int:
        return incidents_of(manager, Page(), text)[1]

    page = Person.at(create_app(house.container, testing=True)).sign_in("quanly.tinh", PASSWORD)

    assert [number(text) for text in ("xa minh hoa", "HỌA minh", key, key.lower(), "bình dân", "%", "_")] == [
        1, 1, 1, 1, 0, 0, 0,
    ]  # fmt: skip
    assert key in page.open("/su-co?text=minh+hoa").text
    assert "Không có sự cố nào khớp bộ lọc." in page.open("/su-co?text=binh+dan").text
    assert key not in page.text


def test_retrying_what_is_still_wrong_opens_it_again(house: House) -> None:
    without_a_row_for_communes(house)
    house.register()
    (before,) = incidents(house)

    operate(house, incident_id=before.incident_id)

    (after,) = incidents(house)
    assert after.incident_id != before.incident_id
    assert house.case().open_incidents == 1
    with pytest.raises(NotFound):
        operate(house, incident_id=before.incident_id)
    house.verify()


def test_a_task_whose_body_is_missing_is_made_once_the_body_is_there(house: House) -> None:
    unit = new_commune(house)
    (incident,) = incidents(house)
    assert (incident.kind, incident.node_id) == ("assignment", "evaluation")
    operate(house, unit, incident_id=incident.incident_id)
    (incident,) = incidents(house)

    board = OrganisationData(
        code="bcd-antt-xa-moi",
        kind="steering-committee",
        level="commune",
        name_vi="Ban Chỉ đạo ANTT Xã Mới (minh họa)",
        name_en="Steering Committee of Mới (made up)",
        territory_id="xa-moi",
        valid_from=date(2022, 1, 1),
    )
    house.container.organisations.add(
        house.actor("quantri.tinh"), AddOrganisation(organisation_id="bcd-antt-xa-moi", data=board)
    )
    operate(house, unit, incident_id=incident.incident_id)

    assert incidents(house) == []
    task = house.task("evaluation", unit)
    assert (task.state, task.groups) == ("ready", ["board-member@bcd-antt-xa-moi"])
    house.verify()


@pytest.mark.stage("to evaluate")
def test_an_operator_moves_a_token_with_a_reason(house: House) -> None:
    manager, case = house.actor("quanly.tinh"), house.case()
    (position,) = house.container.operations.positions(manager, case.id)
    targets = dict(position.targets)
    assert position.node_id == "evaluation"
    assert "self_assessment" in targets
    assert "start" not in targets
    assert "year_end" not in targets

    with pytest.raises(InvalidInput):
        house.container.operations.operate(
            manager,
            OperateCase(case_id=case.id, reason=" ", activity_id=position.activity_id, target_node="self_assessment"),
        )
    with pytest.raises(TransitionRefused):
        operate(house, activity_id=position.activity_id, target_node="year_end")
    operate(house, activity_id=position.activity_id, target_node="self_assessment")

    assert [task.node_id for task in house.open_tasks()] == ["self_assessment"]
    assert house.tasks("evaluation")[0].state == "cancelled"
    assert house.case().stage == "self-assessment"
    (moved,) = house.events("xa-minh-hoa", "TokenMoved")
    assert (moved.payload["from_node"], moved.payload["to_node"]) == ("evaluation", "self_assessment")
    house.verify()


@pytest.mark.stage("to inspect")
def test_a_member_of_a_team_moves_with_the_whole_team(house: House) -> None:
    manager = house.actor("quanly.tinh")
    positions = house.container.operations.positions(manager, house.case().id)
    operate(house, activity_id=positions[-1].activity_id, target_node="team_forming")

    assert [task.node_id for task in house.open_tasks()] == ["team_forming"]
    assert {task.state for task in house.tasks("member_findings")} == {"cancelled"}
    house.verify()


def test_only_a_manager_over_the_case_operates_it(house: House) -> None:
    house.person("quanly.langgieng", ("manager", "xa-lang-gieng"))
    case = house.case()
    command = OperateCase(case_id=case.id, reason=REASON, incident_id="i1")
    with pytest.raises(PermissionDenied):
        house.container.operations.operate(house.actor("kiemsoat.tinh"), command)
    for login in ("quanly.langgieng", "donvi.langgieng"):
        with pytest.raises(NotFound):
            house.container.operations.operate(house.actor(login), command)
    with pytest.raises(InvalidInput):
        operate(house)


def test_operating_an_ended_case_is_refused(house: House) -> None:

    (position,) = house.container.operations.positions(house.actor("quanly.tinh"), house.case().id)
    house.container.cases.move(
        house.actor("quanly.tinh"), CaseCommand(case_id=house.case().id, trigger="cancel", reason="Minh họa")
    )
    with pytest.raises(TransitionRefused):
        operate(house, activity_id=position.activity_id, target_node="pilot_list")


@pytest.mark.stage("to evaluate")
def test_nobody_alone_skips_what_others_have_to_decide(house: House) -> None:
    manager, case = house.actor("quanly.tinh"), house.case()
    (position,) = house.container.operations.positions(manager, case.id)
    assert set(dict(position.targets)) <= {"registration", "pilot_list", "self_assessment", "eligibility_review"}

    for target in ("end_recognised", "record_recognised", "decision", "convene"):
        with pytest.raises(TransitionRefused):
            operate(house, activity_id=position.activity_id, target_node=target)

    assert house.case().outcome is None
    house.verify()


def test_what_people_decided_is_not_rewritten_to_get_over_an_incident(house: House) -> None:
    for name in ("votes", "decision", "conclusion"):
        with pytest.raises(InvalidInput):
            operate(house, incident_id="i1", variables={name: []})


@pytest.mark.stage("to evaluate")
def test_whoever_opens_a_case_sees_that_a_manager_moved_it_and_why(house: House) -> None:
    manager, case = house.actor("quanly.tinh"), house.case()
    (position,) = house.container.operations.positions(manager, case.id)
    operate(house, activity_id=position.activity_id, target_node="self_assessment")

    (seen,) = house.container.case_views.view(house.actor("danhgia.minhhoa"), case.id).interventions

    assert seen.reason == REASON
    assert seen.moved_to is not None
    assert "Tự đánh giá" in seen.moved_to.vi
