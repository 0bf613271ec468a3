"""A decision tells what it rests on: inputs, the rules that matched, the entries that let them through."""

from datetime import UTC, datetime

import rfc8785

from workflow.dmn.model import Model, load

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def document(policy: str, *, outputs: str = '<output name="days"/>', extra: str = "") -> Model:
    """Two rules over class and score, in a decision that another one needs."""
    return load(
        f"""<definitions xmlns="{NAMESPACE}" namespace="urn:t" name="m">
        <inputData id="c" name="class"/><inputData id="s" name="score"/>{extra}
        <decision id="t" name="Deadline"><variable name="Deadline"/>
          <informationRequirement><requiredInput href="#c"/></informationRequirement>
          <informationRequirement><requiredInput href="#s"/></informationRequirement>
          <decisionTable hitPolicy="{policy}">
            <input label="Class"><inputExpression><text>class</text></inputExpression></input>
            <input><inputExpression><text>score + 1</text></inputExpression></input>
            {outputs}
            <rule id="good"><inputEntry><text>"Tốt", "Khá"</text></inputEntry><inputEntry><text>&gt; 10</text></inputEntry>
              <outputEntry><text>5</text></outputEntry></rule>
            <rule><inputEntry><text>-</text></inputEntry><inputEntry><text>&gt;= 2</text></inputEntry>
              <outputEntry><text>15</text></outputEntry></rule>
          </decisionTable></decision>
        <decision id="n" name="Next"><variable name="Next"/>
          <informationRequirement><requiredDecision href="#t"/></informationRequirement>
          <literalExpression><text>Deadline + 1</text></literalExpression></decision></definitions>""".encode()
    )


def test_each_rule_shows_the_entries_that_let_it_through() -> None:
    result = document("FIRST").explain("Deadline", {"class": "Khá", "score": 11})
    (trace,) = result.tables
    assert (trace.table, trace.hit_policy, trace.note) == ("Deadline", "FIRST", "")
    assert dict(trace.inputs) == {"Class": "Khá", "score + 1": 12}
    (rule,) = trace.rules
    assert (rule.id, rule.number) == ("good", 1)
    assert rule.entries == {"Class": '"Tốt", "Khá"', "score + 1": "> 10"}
    assert rule.outputs == {"days": 5}


def test_entries_that_say_nothing_are_left_out() -> None:
    (trace,) = document("FIRST").explain("Deadline", {"class": "Kém", "score": 4}).tables
    assert [(rule.id, rule.number, dict(rule.entries)) for rule in trace.rules] == [("2", 2, {"score + 1": ">= 2"})]


def test_tables_of_required_decisions_are_shown_too() -> None:
    result = document("COLLECT").explain("Next", {"class": "Tốt", "score": 10})
    assert result.matched == ()
    assert [trace.table for trace in result.tables] == ["Deadline"]
    assert [dict(rule.outputs) for rule in result.tables[0].rules] == [{"days": 5}, {"days": 15}]


def test_a_broken_policy_shows_the_rules_that_broke_it() -> None:
    result = document("UNIQUE").explain("Deadline", {"class": "Tốt", "score": 10})
    (trace,) = result.tables
    assert result.value is None
    assert "more than one rule" in trace.note
    assert [rule.id for rule in trace.rules] == ["good", "2"]
    assert all(not rule.outputs for rule in trace.rules)


def test_a_priority_table_names_the_deciding_rule_first() -> None:
    outputs = '<output name="days"><outputValues><text>15, 5</text></outputValues></output>'
    result = document("PRIORITY", outputs=outputs).explain("Deadline", {"class": "Tốt", "score": 10})
    assert result.value == 15
    assert result.matched == ("2", "good")


def test_a_trace_can_be_hashed() -> None:
    result = document("FIRST").explain("Deadline", {"class": "Khá", "score": 10.5})
    assert rfc8785.dumps([trace.to_json() for trace in result.tables])
    assert result.tables[0].to_json()["inputs"]["score + 1"] == {"$decimal": "11.5"}


def test_traces_are_bounded() -> None:
    extra = (
        '<businessKnowledgeModel id="b" name="b"><variable name="b"/><encapsulatedLogic><formalParameter name="x"/>'
        "<decisionTable><input><inputExpression><text>x</text></inputExpression></input><output/>"
        "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>x</text></outputEntry></rule>"
        '</decisionTable></encapsulatedLogic></businessKnowledgeModel><decision id="l" name="L"><variable name="L"/>'
        '<knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>'
        "<literalExpression><text>count(for i in 1..5000 return b(i))</text></literalExpression></decision>"
    )
    result = document("FIRST", extra=extra).explain("L", {})
    assert result.value == 5000
    assert len(result.tables) == 200


def test_a_decision_is_pure_when_the_instant_is_given() -> None:
    extra = '<decision id="w" name="When"><variable name="When"/><literalExpression><text>[now(), today()]</text></literalExpression></decision>'
    at = datetime(2023, 6, 15, 1, 2, 3, tzinfo=UTC)
    assert document("FIRST", extra=extra).explain("When", {}, now=at).value == [at, at.date()]
