"""Decision tables: hit policies, aggregation, defaults, allowed values."""

from xml.sax.saxutils import escape, quoteattr

import pytest

from workflow.dmn.model import Model, load

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def table(
    rules: list[tuple[list[str], list[str]]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    inputs: tuple[str, ...] = ("class",),
    outputs: tuple[str, ...] = ("out",),
    values: str = "",
    default: str = "",
) -> Model:
    """A model of one decision, `result`, whose inputs are input data of the same names."""

    def texts(kind: str, cells: list[str]) -> str:
        return "".join(f"<{kind}><text>{escape(cell)}</text></{kind}>" for cell in cells)

    data = "".join(f'<inputData id="i{n}" name={quoteattr(name)}/>' for n, name in enumerate(inputs))
    needs = "".join(
        f'<informationRequirement><requiredInput href="#i{n}"/></informationRequirement>' for n in range(len(inputs))
    )
    columns = "".join(
        f"<input><inputExpression><text>{escape(name)}</text></inputExpression></input>" for name in inputs
    )
    allowed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    fallback = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    results = "".join(f'<output name="{name}">{allowed}{fallback}</output>' for name in outputs)
    rows = "".join(
        f'<rule id="r{n}">{texts("inputEntry", tests)}{texts("outputEntry", cells)}</rule>'
        for n, (tests, cells) in enumerate(rules, 1)
    )
    option = f'aggregation="{aggregation}"' if aggregation else ""
    return load(
        f'<definitions xmlns="{NAMESPACE}" namespace="urn:test" name="test">{data}'
        f'<decision id="d" name="result"><variable name="result"/>{needs}'
        f'<decisionTable hitPolicy="{policy}" {option}>{columns}{results}{rows}</decisionTable>'
        f"</decision></definitions>".encode()
    )


GRADES: list[tuple[list[str], list[str]]] = [
    (['"Xuất sắc", "Tốt"'], ["3"]),
    (['"Tốt", "Khá"'], ["2"]),
    (["-"], ["1"]),
]


@pytest.mark.parametrize(
    ("policy", "aggregation", "given", "expected", "matched"),
    [
        ("FIRST", "", "Tốt", 3, ("r1",)),
        ("UNIQUE", "", "Tốt", None, ("r1", "r2", "r3")),
        ("UNIQUE", "", "Kém", 1, ("r3",)),
        ("ANY", "", "Tốt", None, ("r1", "r2", "r3")),
        ("RULE ORDER", "", "Tốt", [3, 2, 1], ("r1", "r2", "r3")),
        ("COLLECT", "", "Khá", [2, 1], ("r2", "r3")),
        ("COLLECT", "SUM", "Tốt", 6, ("r1", "r2", "r3")),
        ("COLLECT", "COUNT", "Khá", 2, ("r2", "r3")),
        ("COLLECT", "MIN", "Tốt", 1, ("r1", "r2", "r3")),
        ("COLLECT", "MAX", "Tốt", 3, ("r1", "r2", "r3")),
    ],
)
def test_hit_policies(policy: str, aggregation: str, given: str, expected: object, matched: tuple[str, ...]) -> None:
    result = table(GRADES, policy=policy, aggregation=aggregation).explain("result", {"class": given})
    assert result.value == expected
    assert result.matched == matched
    assert dict(result.inputs) == {"class": given}


@pytest.mark.parametrize(("policy", "expected"), [("PRIORITY", "district"), ("OUTPUT ORDER", ["district", "commune"])])
def test_priorities_follow_the_order_of_output_values(policy: str, expected: object) -> None:
    rules = [(["-"], ['"commune"']), (["-"], ['"district"'])]
    model = table(rules, policy=policy, values='"province", "district", "commune"')
    assert model.evaluate("result", {}) == expected


def test_rules_that_agree_are_one_answer_for_any() -> None:
    assert table([(["-"], ["1"]), (["> 0"], ["1"])], policy="ANY").evaluate("result", {"class": 2}) == 1


def test_strings_booleans_and_numbers_decide_together() -> None:
    """Previous year recognised and of class "Khá" or better, with all criteria met."""
    model = table(
        [(["true", '"Khá", "Tốt"', ">= 34"], ['"eligible"']), (["-", "-", "-"], ['"not eligible"'])],
        policy="FIRST",
        inputs=("recognised", "class", "met"),
    )
    assert model.evaluate("result", {"recognised": True, "class": "Khá", "met": 34}) == "eligible"
    assert model.evaluate("result", {"recognised": True, "class": "Khá", "met": 33}) == "not eligible"
    assert model.evaluate("result", {"recognised": False, "class": "Tốt", "met": 34}) == "not eligible"


def test_several_outputs_are_a_context() -> None:
    model = table([(["-"], ['"district"', "15"])], outputs=("body", "days"))
    assert model.evaluate("result", {"class": "x"}) == {"body": "district", "days": 15}


def test_no_match_is_the_default_or_null() -> None:
    assert table([(["> 5"], ["1"])]).evaluate("result", {"class": 1}) is None
    assert table([(["> 5"], ["1"])], default="0").evaluate("result", {"class": 1}) == 0


def test_an_output_that_is_not_allowed_is_null_with_a_reason() -> None:
    result = table([(["-"], ['"z"'])], values='"a", "b"').explain("result", {"class": 1})
    assert result.value is None
    assert result.diagnostics == ("the output 'out' has a value that is not allowed",)


def test_an_overlap_of_a_unique_table_names_the_rules() -> None:
    result = table(GRADES).explain("result", {"class": "Khá"})
    assert result.value is None
    assert result.diagnostics == ("more than one rule of a UNIQUE table matches: r2, r3",)


@pytest.mark.parametrize(
    ("given", "expected", "note"),
    [("a", 1, ""), (None, 2, ""), ("z", None, "the input 'class' has a value that is not allowed")],
)
def test_an_input_that_is_not_allowed_makes_the_result_null(given: object, expected: object, note: str) -> None:
    column = "<input><inputExpression><text>class</text></inputExpression><inputValues><text>&quot;a&quot;, &quot;b&quot;</text></inputValues></input>"
    rules = "".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{result}</text></outputEntry></rule>"
        for test, result in (("&quot;a&quot;", 1), ("null", 2), ("-", 3))
    )
    model = load(
        f'<definitions xmlns="{NAMESPACE}" namespace="u" name="t"><inputData id="i" name="class"/><decision id="d" name="result">'
        '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
        f'<decisionTable hitPolicy="FIRST">{column}<output/>{rules}</decisionTable></decision></definitions>'.encode()
    )
    result = model.explain("result", {"class": given})
    assert result.value == expected
    assert result.tables[0].note == note


def test_several_outputs_are_ranked_column_by_column() -> None:
    rules = [(["-"], ['"low"', '"high"']), (["-"], ['"high"', '"low"']), (["-"], ['"high"', '"high"'])]
    model = table(rules, policy="OUTPUT ORDER", outputs=("a", "b"), values='"high", "low"')
    assert model.evaluate("result", {}) == [
        {"a": "high", "b": "high"},
        {"a": "high", "b": "low"},
        {"a": "low", "b": "high"},
    ]


def test_several_outputs_are_collected_but_not_added_up() -> None:
    rules = [(["-"], ["1", "2"]), (["-"], ["3", "4"])]
    collected = table(rules, policy="COLLECT", outputs=("a", "b"))
    assert collected.evaluate("result", {}) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    result = table(rules, policy="COLLECT", aggregation="SUM", outputs=("a", "b")).explain("result", {})
    assert result.value is None
    assert "cannot be aggregated" in result.diagnostics[0]


def test_nothing_collected_is_null_or_the_default() -> None:
    assert table([(["> 5"], ["1"])], policy="COLLECT").evaluate("result", {"class": 1}) is None
    assert table([(["> 5"], ["1"])], policy="COLLECT", default="[]").evaluate("result", {"class": 1}) == []
