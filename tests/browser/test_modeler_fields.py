"""What findings advise is done by clicking in the editor: saved, it passes the check and runs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from flask import Flask
from lxml import etree
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_administrator import ADMINISTRATOR, checked, copied
from tests.support.chromium import Visitor, assert_accessible, assert_fits
from tests.support.drawing import flows
from tests.support.gallery import gallery_app
from tests.support.live_server import serving
from tests.support.office import Office
from tests.support.second_factor import enrolled
from workflow.errors import DefinitionRejected
from workflow.simulate import simulate
from workflow.simulation.source import read_checked

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
READY = "[data-bpmn-modeler][data-ready]"
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:cn="urn:congnhan:bpmn:1" id="drawn" targetNamespace="https://example.org/drawn">'
)


def drawn(content: str, ways: Sequence[str], shapes: dict[str, tuple[int, int, int, int]]) -> str:
    """A process as somebody has drawn it, with `shapes` as x, y, width and height; nothing is filled in yet."""
    di = "".join(
        f'<bpmndi:BPMNShape id="{one}_di" bpmnElement="{one}" {EXPANDED if one == "sub" else ""}>'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        for one, (x, y, width, height) in shapes.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{source}_{target}_di" bpmnElement="{source}_{target}">{_line(shapes[source], shapes[target])}</bpmndi:BPMNEdge>'
        for way in ways
        for source, target in [way.split(">")]
    )
    return (
        f'{HEAD}<process id="p">{content}</process>'
        f'<bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="plane" bpmnElement="p">{di}{edges}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>'
    )


EXPANDED = 'isExpanded="true"'


def _line(source: tuple[int, int, int, int], target: tuple[int, int, int, int]) -> str:
    """From edge to edge, so that no line lies over what is to be clicked: to the right, or downwards."""
    (x, y, width, height), (to_x, to_y, to_width, to_height) = source, target
    ends = (
        ((x + width, y + height // 2), (to_x, to_y + to_height // 2))
        if to_x >= x + width
        else ((x + width // 2, y + height), (to_x + to_width // 2, to_y))
    )
    return "".join(f'<di:waypoint x="{end_x}" y="{end_y}"/>' for end_x, end_y in ends)


POINT = """drawn => {
  const line = drawn.classList.contains('djs-connection') && drawn.querySelector('path.djs-hit');
  const at = line && line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
  return at ? [at.x, at.y] : null;
}"""
"""Half way along a line, which need not be the middle of its box; null for a shape."""


@dataclass
class Editor:
    """The page of the editor, in the hands of somebody who clicks."""

    visitor: Visitor
    app: Flask

    @property
    def page(self) -> Page:
        return self.visitor.page

    def open(self, diagram: str) -> None:
        self.app.extensions["diagram"] = diagram
        self.visitor.open("/gallery/modeler")
        self.page.locator(READY).wait_for()

    def select(self, element_id: str) -> None:
        # What is offered beside the element selected last may lie over this one.
        self.page.locator(".djs-container").click(position={"x": 400, "y": 12})
        drawn = self.page.locator(f"[data-element-id={element_id}]").first
        drawn.locator("> .djs-hit").first.scroll_into_view_if_needed()
        point = drawn.evaluate(POINT)
        if point is None:
            drawn.locator("> .djs-hit").first.click(force=True)
        else:
            self.page.mouse.click(*point)
        expect(self.field("Mã số")).to_have_value(element_id)

    def field(self, label: str) -> Locator:
        return self.page.locator("[data-panel]").get_by_label(label, exact=True)

    def enter(self, label: str, value: str) -> None:
        self.field(label).fill(value)
        self.field(label).press("Tab")

    def choose(self, label: str, value: str) -> None:
        self.field(label).select_option(value)

    def unfold(self, summary: str) -> None:
        self.page.locator("[data-panel]").get_by_text(summary, exact=True).click()

    def saved(self) -> str:
        self.page.get_by_role("button", name="Lưu bản nháp").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Đã gửi hồ sơ")
        self.visitor.check()
        return str(self.app.extensions["diagram"])


@pytest.fixture
def editor(browser: Browser) -> Iterator[Editor]:
    app = gallery_app()
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    with serving(app) as address:
        yield Editor(Visitor(page=context.new_page(), base_url=address), app)
        context.close()


def faults(diagram: str) -> set[str]:
    """The rules that the check says are broken."""
    try:
        read_checked(diagram.encode())
    except DefinitionRejected as refused:
        return {one.rule for one in refused.findings if one.severity == "error"}
    return set()


def in_file(diagram: str, tag: str) -> etree._Element:
    found = etree.fromstring(diagram.encode()).find(f".//{BPMN}{tag}")
    assert found is not None
    return found


EVENTS = drawn(
    '<startEvent id="start"/><parallelGateway id="split"/>'
    '<intermediateThrowEvent id="send" name="Báo tin"><messageEventDefinition id="send_m"/></intermediateThrowEvent>'
    '<intermediateCatchEvent id="wait" name="Chờ tin"><messageEventDefinition id="wait_m"/></intermediateCatchEvent>'
    '<intermediateThrowEvent id="call"><signalEventDefinition id="call_s"/></intermediateThrowEvent>'
    '<intermediateCatchEvent id="hear"><signalEventDefinition id="hear_s"/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="pause"><timerEventDefinition id="pause_t"/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="until"><conditionalEventDefinition id="until_c"/></intermediateCatchEvent>'
    '<parallelGateway id="join"/>'
    '<subProcess id="sub"><startEvent id="in"/>'
    '<intermediateThrowEvent id="tell"><escalationEventDefinition id="tell_e"/></intermediateThrowEvent>'
    '<endEvent id="fail"><errorEventDefinition id="fail_e"/></endEvent>' + flows("in>tell", "tell>fail") + "</subProcess>"
    '<boundaryEvent id="failed" attachedToRef="sub"><errorEventDefinition id="failed_e"/></boundaryEvent>'
    '<boundaryEvent id="told" attachedToRef="sub"><escalationEventDefinition id="told_e"/></boundaryEvent>'
    '<endEvent id="end"/><endEvent id="end_failed"/><endEvent id="end_told"/>'
    + flows(
        "start>split", "split>send", "split>wait", "split>call", "split>hear", "send>join", "wait>join", "call>join",
        "hear>pause", "pause>until", "until>join", "join>sub", "sub>end", "failed>end_failed", "told>end_told",
    ),
    (
        "start>split", "split>send", "split>wait", "split>call", "split>hear", "send>join", "wait>join", "call>join",
        "hear>pause", "pause>until", "until>join", "join>sub", "sub>end", "failed>end_failed", "told>end_told", "in>tell", "tell>fail",
    ),
    {
        "start": (100, 200, 36, 36), "split": (180, 193, 50, 50), "send": (280, 60, 36, 36), "wait": (280, 150, 36, 36),
        "call": (280, 240, 36, 36), "hear": (280, 330, 36, 36), "pause": (340, 330, 36, 36), "until": (400, 330, 36, 36),
        "join": (460, 193, 50, 50), "sub": (550, 120, 260, 180), "in": (570, 200, 36, 36), "tell": (650, 200, 36, 36),
        "fail": (740, 200, 36, 36), "failed": (600, 282, 36, 36), "told": (700, 282, 36, 36), "end": (860, 200, 36, 36),
        "end_failed": (600, 380, 36, 36), "end_told": (700, 380, 36, 36),
    },
)  # fmt: skip


def test_what_events_refer_to_is_made_and_chosen_by_clicking(editor: Editor) -> None:
    assert {"missing-property", "timer-without-time", "event-without-condition"} <= faults(EVENTS)
    editor.open(EVENTS)

    editor.choose("Chạy được", "true")
    editor.select("send")
    editor.choose("Thông điệp", "+")
    expect(editor.field("Tên thông điệp")).to_have_value("Báo tin")
    editor.enter("Tên thông điệp", "tin")
    editor.enter("Khóa của thông điệp (FEEL)", '="k"')
    editor.select("wait")
    editor.field("Thông điệp").select_option(label=editor.field("Thông điệp").locator("option").nth(1).inner_text())
    expect(editor.field("Tên thông điệp")).to_have_value("tin")
    editor.select("call")
    editor.choose("Tín hiệu", "+")
    editor.enter("Tên tín hiệu", "chuông")
    editor.select("hear")
    editor.field("Tín hiệu").select_option(index=1)
    editor.select("pause")
    editor.choose("Loại thời gian", "timeDate")
    editor.enter("Thời gian", "2020-01-01T08:00:00+07:00")
    editor.select("until")
    editor.enter("Xảy ra khi (FEEL)", "1 = 1")
    editor.select("tell")
    editor.choose("Báo cấp trên", "+")
    editor.enter("Mã báo cấp trên", "E1")
    editor.select("told")
    editor.field("Báo cấp trên").select_option(index=1)
    editor.choose("Ngắt hoạt động", "false")
    editor.select("fail")
    editor.choose("Lỗi", "+")
    editor.enter("Mã lỗi", "L1")
    editor.select("failed")
    editor.field("Lỗi").select_option(index=1)
    assert_accessible(editor.page)
    assert_fits(editor.page)
    saved = editor.saved()

    assert faults(saved) == set()
    result = simulate(saved)
    assert (result.status, {"end_failed", "end_told", "end"} & set(result.visited)) == (
        "completed",
        {"end_failed", "end_told"},
    )
    for tag in ("message", "signal", "error", "escalation"):
        assert len(etree.fromstring(saved.encode()).findall(f"{BPMN}{tag}")) == 1


WORK = drawn(
    '<startEvent id="start"/>'
    '<scriptTask id="each" name="Từng phần" scriptFormat="feel" camunda:resultVariable="y"><script>x * 2</script></scriptTask>'
    '<scriptTask id="more" scriptFormat="feel" camunda:resultVariable="n"><script>n + 1</script></scriptTask>'
    '<scriptTask id="total" scriptFormat="feel" camunda:resultVariable="tong"><script>sum(doubles)</script></scriptTask>'
    '<boundaryEvent id="undo" attachedToRef="total"><compensateEventDefinition id="undo_c"/></boundaryEvent>'
    '<scriptTask id="back" scriptFormat="feel" camunda:resultVariable="tong"><script>0</script></scriptTask>'
    '<intermediateThrowEvent id="take_back"><compensateEventDefinition id="take_back_c"/></intermediateThrowEvent>'
    '<exclusiveGateway id="which"/><endEvent id="small"/><endEvent id="big"/>'
    '<dataObject id="Data_1"/><dataObjectReference id="paper" dataObjectRef="Data_1"/>'
    '<association id="undo_back" sourceRef="undo" targetRef="back" associationDirection="One"/>'
    + flows("start>each", "each>more", "more>total", "total>take_back", "take_back>which", "which>small", "which>big"),
    (
        "start>each", "each>more", "more>total", "total>take_back", "take_back>which", "which>small", "which>big", "undo>back",
    ),
    {
        "start": (100, 100, 36, 36), "each": (170, 80, 100, 80), "more": (310, 80, 100, 80), "total": (450, 80, 100, 80),
        "undo": (500, 142, 36, 36), "back": (560, 240, 100, 80), "take_back": (600, 100, 36, 36), "which": (690, 95, 50, 50),
        "small": (960, 60, 36, 36), "big": (960, 220, 36, 36), "paper": (200, 240, 36, 50),
    },
)  # fmt: skip


def test_repetition_compensation_data_and_ids_are_entered_by_clicking(editor: Editor) -> None:
    assert {"handler-not-for-compensation", "missing-condition"} & faults(WORK)
    editor.open(WORK)

    editor.choose("Chạy được", "true")
    editor.select("each")
    editor.unfold("Lặp lại và bù trừ")
    editor.choose("Lặp lại", "parallel")
    editor.enter("Danh sách (FEEL)", "[1, 2, 3]")
    editor.enter("Biến chứa phần tử", "x")
    editor.enter("Kết thúc sớm khi (FEEL)", "nrOfCompletedInstances = 2")
    editor.enter("Biến gom kết quả các lượt", "doubles")
    editor.enter("Mỗi lượt cho ra (FEEL)", "y")
    editor.choose("Lặp lại", "sequential")
    expect(editor.field("Danh sách (FEEL)")).to_have_value("[1, 2, 3]")
    editor.select("more")
    editor.choose("Lặp lại", "loop")
    editor.enter("Lặp lại khi (FEEL)", "n < 5")
    editor.select("paper")
    editor.enter("Biến", "n")
    editor.choose("Kiểu", "number")
    editor.select("back")
    editor.choose("Chỉ để bù trừ hoạt động khác", "true")
    editor.select("take_back")
    editor.field("Bù trừ").select_option("total")
    editor.choose("Chờ bù trừ xong", "true")
    editor.select("which")
    editor.choose("Luồng khi không điều kiện nào đúng", "which_small")
    editor.select("which_big")
    editor.enter("Điều kiện (FEEL)", "tong > 0")
    editor.select("total")
    editor.enter("Mã số", "each")
    expect(editor.page.get_by_text("Mã cũ được giữ")).to_be_visible()
    editor.enter("Mã số", "tinh_tong")
    assert_accessible(editor.page)
    saved = editor.saved()

    assert faults(saved) == set()
    result = simulate(saved, variables={"n": "2"})
    assert (result.status, result.visited[-1]) == ("completed", "small")
    assert (result.variables["doubles"], result.variables["n"], result.variables["tong"]) == ([2, 4], 5, 0)
    assert in_file(saved, "compensateEventDefinition[@activityRef='tinh_tong']") is not None


def test_what_has_no_field_of_its_own_is_changed_under_its_name_in_the_file(editor: Editor) -> None:
    foreign = WORK.replace(
        '<exclusiveGateway id="which"/>',
        '<exclusiveGateway id="which" gatewayDirection="Converging"><documentation textFormat="no/mime/type">?</documentation></exclusiveGateway>',
    )
    editor.open(foreign)
    tree = editor.page.locator("[data-tree]")

    editor.select("which")
    editor.unfold("Mọi thuộc tính theo BPMN")
    tree.get_by_label("gatewayDirection", exact=True).fill("")
    tree.get_by_label("gatewayDirection", exact=True).press("Tab")
    tree.locator("summary", has_text="documentation:").click()
    tree.get_by_label("textFormat", exact=True).fill("text/plain")
    tree.get_by_label("textFormat", exact=True).press("Tab")
    editor.select("each")
    tree.get_by_label("Thêm", exact=True).last.select_option(label="completionQuantity")
    tree.get_by_role("button", name="Thêm vào").last.click()
    tree.get_by_label("completionQuantity", exact=True).fill("2")
    tree.get_by_label("completionQuantity", exact=True).press("Tab")
    tree.get_by_label("Thêm", exact=True).last.select_option(label="ioSpecification: InputOutputSpecification")
    tree.get_by_role("button", name="Thêm vào").last.click()
    tree.get_by_label("Thêm", exact=True).first.select_option(label="inputSets: InputSet")
    tree.get_by_role("button", name="Thêm vào").first.click()
    editor.page.locator(".djs-container").click(position={"x": 700, "y": 500})
    expect(tree.get_by_label("targetNamespace", exact=True)).to_have_value("https://example.org/drawn")
    assert_accessible(editor.page)
    saved = editor.saved()

    gateway = in_file(saved, "exclusiveGateway")
    assert gateway.get("gatewayDirection") is None
    assert in_file(saved, "documentation").get("textFormat") is None  # text/plain is what holds without it
    task = in_file(saved, "scriptTask[@id='each']")
    assert task.get("completionQuantity") == "2"
    assert task.find(f"{BPMN}ioSpecification/{BPMN}inputSet") is not None


def test_a_real_procedure_that_was_changed_by_clicking_passes_the_check_and_runs_in_a_trial(office: Office) -> None:
    author = enrolled(office, ADMINISTRATOR)
    draft = copied(author)
    page = author.open(f"{draft}so-do#list_gateway")
    page.locator(READY).wait_for()
    editor = Editor(author, office.app)

    expect(editor.field("Luồng khi không điều kiện nào đúng")).to_have_value("list_gateway__registration")
    editor.enter("Tên tiếng Anh trên sơ đồ", "Accepted, then?")
    editor.select("list_gateway__criteria_rule")
    editor.enter("Điều kiện (FEEL)", 'pilot_list.outcome != "return"')
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_text("Đã lưu sơ đồ.")).to_be_visible()
    author.check()

    checked(office, author, draft)
    expect(page.get_by_role("heading", name=re.compile("Phải sửa"))).to_have_count(0)
    page.get_by_role("link", name="Chạy thử").click()
    page.get_by_role("button", name="Bắt đầu").click()
    page.get_by_label("Được lựa chọn làm điểm").select_option("district")
    page.get_by_role("button", name="Gửi đăng ký").click()
    page.get_by_role("button", name="Đưa vào danh sách").click()
    expect(page.locator("[data-token=self_assessment]")).to_have_text("1")
    author.check()
