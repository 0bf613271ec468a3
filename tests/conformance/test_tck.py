"""The decision models of the DMN Technology Compatibility Kit, as a gate.

A case passes when the result equals the expected value (numbers to 1e-8), or when an error is expected and the result is null.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from workflow.dmn import load
from workflow.dmn.model import Model
from workflow.feel import temporal
from workflow.feel.operators import equal
from workflow.feel.text import to_text

KIT = Path(__file__).parents[2].parent / "shared" / "conformance" / "tck"
REQUIRED = 0.99
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _scalar(element: etree._Element) -> Any:
    if element.get(f"{XSI}nil") == "true":
        return None
    kind = (element.get(f"{XSI}type") or "").rpartition(":")[2]
    content = element.text or ""
    if kind in ("decimal", "double", "integer"):
        return Decimal(content.strip())
    if kind == "boolean":
        return content.strip() == "true"
    readers = {
        "date": temporal.parse_date,
        "dateTime": temporal.parse_date_time,
        "time": temporal.parse_time,
        "duration": temporal.parse_duration,
    }
    return readers[kind](content.strip()) if kind in readers else content


def _value(element: etree._Element) -> Any:
    parts = [part for part in element if isinstance(part.tag, str)]
    components = {part.get("name"): _value(part) for part in parts if _local(part) == "component"}
    if components:
        return components
    for part in parts:
        if _local(part) == "list":
            return [_value(item) for item in part if isinstance(item.tag, str)]
        if _local(part) == "value":
            return _scalar(part)
    return None


def _agrees(expected: Any, actual: Any) -> bool:
    if isinstance(expected, Decimal) and isinstance(actual, Decimal):
        return abs(expected - actual) <= Decimal("1e-8")
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_agrees, expected, actual))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(_agrees(item, actual[key]) for key, item in expected.items())
    return equal(expected, actual) is True


def _result(model: Model, case: etree._Element, node: etree._Element, inputs: dict[str, Any]) -> Any:
    kind, name = node.get("type"), node.get("name") or ""
    invocable = case.get("invocableName")
    if case.get("type") == "decisionService" or kind == "decisionService":
        outcome = model.evaluate_service(invocable or name, inputs)
        return outcome.get(name) if isinstance(outcome, dict) and name in outcome else outcome
    return model.evaluate(invocable or name, inputs)


def _cases(path: Path) -> Iterator[tuple[str, str]]:
    """Each case's label, with why it fails or nothing."""
    root = etree.parse(path).getroot()
    model_name = next(child.text or "" for child in root if _local(child) == "modelName")
    model = load(path.with_name(Path(model_name).name))
    for case in (child for child in root if isinstance(child.tag, str) and _local(child) == "testCase"):
        parts = [child for child in case if isinstance(child.tag, str)]
        inputs = {child.get("name") or "": _value(child) for child in parts if _local(child) == "inputNode"}
        reasons = []
        for node in (child for child in parts if _local(child) == "resultNode"):
            expected = next((_value(child) for child in node if _local(child) == "expected"), None)
            actual = _result(model, case, node, inputs)
            if not _agrees(expected, actual):
                reasons.append(f"{node.get('name')}: {to_text(actual)} instead of {to_text(expected)}")
        yield f"{path.stem} {case.get('id')}", "; ".join(reasons)


def test_the_compatibility_kit_passes(capsys: pytest.CaptureFixture[str]) -> None:
    if not KIT.is_dir():
        pytest.skip("the conformance material is not beside this checkout")
    outcomes = [case for path in sorted(KIT.rglob("*.xml")) for case in _cases(path)]
    failures = [(label, reason) for label, reason in outcomes if reason]
    ratio = 1 - len(failures) / len(outcomes)
    with capsys.disabled():
        print(f"\nDMN TCK: {len(outcomes) - len(failures)} of {len(outcomes)} cases, {ratio:.2%}")
        for label, reason in failures:
            print(f"  {label}: {re.sub(r'[^ -~]', '?', reason)[:300]}")
    assert ratio >= REQUIRED
