"""A user task's properties: Camunda 7 attributes and our own elements."""

from collections.abc import Callable

from workflow.model.elements import FlowNode, UserTask
from workflow.model.expressions import Expression, Literal
from workflow.model.findings import Finding
from workflow.model.user_task import Label, Quorum, UserTaskSpec

_LINE = 6
Errors = Callable[..., list[Finding]]
Node = Callable[..., FlowNode]


def spec_of(node: Node, own: str = "", attributes: str = "", name: str = "") -> UserTaskSpec:
    found = node(f'<userTask id="n" name="{name}" {attributes}><extensionElements>{own}</extensionElements></userTask>')
    assert isinstance(found, UserTask)
    return found.spec


def test_how_long_the_unit_has_to_explain_or_that_it_is_asked_nothing(node: Node) -> None:
    assert spec_of(node).answer_within == "WT3D"
    assert spec_of(node, '<cn:task answerWithin="WT5D"/>').answer_within == "WT5D"
    assert spec_of(node, '<cn:task answerWithin="none"/>').answer_within is None


def test_who_and_when_are_literal_or_feel(node: Node) -> None:
    spec = spec_of(
        node,
        attributes='camunda:candidateGroups="a, b" camunda:assignee="=voter" camunda:dueDate="=deadlines.x.due_at" '
        'camunda:followUpDate="P1D" camunda:priority="50"',
    )
    assert spec.candidate_groups == (Literal("a", _LINE), Literal("b", _LINE))
    assert spec.assignee == Expression("voter", _LINE)
    assert spec.due_date == Expression("deadlines.x.due_at", _LINE)
    assert spec.follow_up_date == Literal("P1D", _LINE)
    assert spec.priority == Literal("50", _LINE)


def test_candidate_groups_may_be_one_expression_with_commas(node: Node) -> None:
    spec = spec_of(node, attributes='camunda:candidateGroups="=if x then [1, 2] else []"')
    assert spec.candidate_groups == (Expression("if x then [1, 2] else []", _LINE),)


def test_the_task_element(node: Node) -> None:
    spec = spec_of(
        node,
        '<cn:task stage="s" stageLabel="Giai đoạn" stageLabelEn="Stage" labelEn="Review" help="Đọc" helpEn="Read" '
        'primary="Gửi" primaryEn="Send" jurisdiction="steering-committee@commune" separateFrom="a  b" '
        'criteriaSet="=criteria_set" completeness="evidence" compareWith="a" carryOver="b"/>',
        name="Xem xét",
    )
    assert spec.stage == "s"
    assert spec.stage_label == Label(vi="Giai đoạn", en="Stage")
    assert spec.label == Label(vi="Xem xét", en="Review")
    assert spec.help == Label(vi="Đọc", en="Read")
    assert spec.primary == Label(vi="Gửi", en="Send")
    assert spec.jurisdiction == Literal("steering-committee@commune", _LINE)
    assert spec.separate_from == ("a", "b")
    assert spec.criteria_set == Expression("criteria_set", _LINE)
    assert (spec.completeness, spec.compare_with, spec.carry_over) == ("evidence", ("a",), "b")


def test_outcomes(node: Node) -> None:
    spec = spec_of(
        node,
        '<cn:outcome id="approve" label="Đạt" labelEn="Meets" condition="=assessment.all_met" refusal="Chưa đủ" '
        'refusalEn="Not all"/>'
        '<cn:outcome id="return" label="Trả" effect="back" reason="required" reasonPerCriterion="true" complete="false"/>',
    )
    approve, back = spec.outcomes
    assert (approve.id, approve.label, approve.effect) == ("approve", Label(vi="Đạt", en="Meets"), "forward")
    assert (approve.reason, approve.complete) == ("none", True)
    assert approve.condition == Expression("assessment.all_met", _LINE)
    assert approve.refusal == Label(vi="Chưa đủ", en="Not all")
    assert (back.effect, back.reason, back.reason_per_criterion, back.complete) == ("back", "required", True, False)


def test_fields_choices_papers_and_quorum(node: Node) -> None:
    spec = spec_of(
        node,
        '<cn:field id="held" kind="date" label="Ngày" required="true" min="2023-01-01" max="=today()"/>'
        '<cn:field id="grade" kind="choice" label="Loại"><cn:choice id="kha" label="Khá" labelEn="Fair"/></cn:field>'
        '<cn:field id="roster" kind="users" role="member" jurisdiction="=routing.who" label="R" min="3"/>'
        '<cn:field id="present" kind="users" within="roster" label="P" hint="Gợi ý" hintEn="Hint"/>'
        '<cn:paper id="to_trinh" label="Tờ trình"/><cn:paper id="khac" label="Khác" required="false"/>'
        '<cn:quorum roster="roster" present="present" share="2/3"/>',
    )
    held, grade, roster, present = spec.fields
    assert held.required
    assert held.minimum == Expression('date("2023-01-01")', _LINE)
    assert held.maximum == Expression("today()", _LINE)
    assert grade.choices == (("kha", Label(vi="Khá", en="Fair")),)
    assert (roster.role, roster.jurisdiction) == ("member", Expression("routing.who", _LINE))
    assert roster.minimum == Expression("3", _LINE)
    assert (present.within, present.hint) == ("roster", Label(vi="Gợi ý", en="Hint"))
    assert [(paper.id, paper.required) for paper in spec.papers] == [("to_trinh", True), ("khac", False)]
    assert spec.quorum == Quorum(roster="roster", present="present", recused=None, numerator=2, denominator=3)


def test_camunda_properties_are_kept(node: Node) -> None:
    spec = spec_of(node, '<camunda:properties><camunda:property name="a" value="b"/></camunda:properties>')
    assert spec.extra == {"a": "b"}


def faults(errors: Errors, own: str, attributes: str = "") -> list[tuple[str, str | None, int | None]]:
    found = errors(f'<userTask id="n" {attributes}>\n<extensionElements>{own}</extensionElements></userTask>')
    return [(finding.rule, finding.element_id, finding.line) for finding in found]


def test_an_unknown_attribute_of_ours_is_refused(errors: Errors) -> None:
    assert faults(errors, '<cn:task juristiction="subject"/>') == [("unsupported-attribute", "n", _LINE + 1)]


def test_an_unknown_element_of_ours_is_refused(errors: Errors) -> None:
    assert faults(errors, "<cn:deadline/>") == [("unsupported-extension", "n", _LINE + 1)]
    assert [rule for rule, _, _ in faults(errors, '<cn:paper id="a" label="b"><cn:choice/></cn:paper>')] == [
        "unsupported-extension"
    ]


def test_values_outside_their_list_are_refused(errors: Errors) -> None:
    assert faults(errors, '<cn:task completeness="all"/>')[0][0] == "unknown-value"
    assert faults(errors, '<cn:outcome id="a" label="b" effect="sideways"/>')[0][0] == "unknown-value"
    assert faults(errors, '<cn:outcome id="a" label="b" complete="yes"/>')[0][0] == "not-boolean"
    assert faults(errors, '<cn:field id="a" label="b" kind="colour"/>')[0][0] == "unknown-value"


def test_what_is_missing_is_named(errors: Errors) -> None:
    assert faults(errors, "<cn:outcome/>") == [("missing-property", "n", _LINE + 1)] * 2
    assert faults(errors, '<cn:field id="a" label="b"/>')[0][0] == "missing-property"


def test_ids_are_used_once(errors: Errors) -> None:
    assert faults(errors, '<cn:outcome id="a" label="b"/>' * 2)[0][0] == "duplicate-name"
    assert faults(errors, '<cn:field id="a" kind="text" label="b"/>' * 2) == [("duplicate-name", "n", _LINE + 1)]
    assert faults(errors, "<cn:task/><cn:task/>")[0][0] == "repeated-extension"


def test_fields_must_make_sense(errors: Errors) -> None:
    assert faults(errors, '<cn:field id="a" kind="choice" label="b"/>')[0][0] == "field-choices"
    assert faults(errors, '<cn:field id="a" kind="integer" label="b" min="few"/>')[0][0] == "field-bound"
    assert faults(errors, '<cn:field id="a" kind="users" label="b" within="a"/>')[0][0] == "within-nothing"


def test_a_quorum_is_a_fraction_of_at_most_one(errors: Errors) -> None:
    for share in ("2/0", "3/2", "0.5", "half"):
        assert faults(errors, f'<cn:quorum roster="r" present="p" share="{share}"/>')[0][0] == "quorum-share"


def test_expressions_of_another_engine_are_refused(errors: Errors) -> None:
    for text in ("${a}${b}", "${a}.b"):
        assert faults(errors, "", f'camunda:assignee="{text}"') == [("juel-expression", "n", _LINE)]
        assert faults(errors, "", f'camunda:candidateGroups="{text}"') == [("juel-expression", "n", _LINE)]
