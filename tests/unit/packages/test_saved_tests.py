"""Saved tests of a package: passed or failed in words, bounded, and harmless whatever their files hold."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from tests.support.world import shipped_package
from workflow.model.findings import Finding
from workflow.packages.package import check_package, read_package
from workflow.packages.saved_tests import LARGEST, MOST_TESTS, saved_test

PATH = "tests/khong-du-dieu-kien.json"
Files = Mapping[str, bytes]


@pytest.fixture(scope="module")
def files() -> Files:
    return shipped_package("2025")


def with_test(files: Files, **changes: Any) -> Files:
    test = json.loads(files[PATH])
    return {**files, PATH: json.dumps({**test, **changes}).encode()}


def of_tests(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if (finding.file or "").startswith("tests/")]


def test_a_package_passes_its_own_tests(files: Files) -> None:
    assert sum(path.startswith("tests/") for path in files) >= 3
    assert of_tests(check_package(files)) == []


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"status": "waiting"}, "The run should be “waiting” but is “completed”."),
        ({"end": ["end_recognised"]}, "It should end at “Công nhận” but ends at “Không đủ điều kiện”."),
        (
            {"visited": ["start", "self_assessment"]},
            "From step 2 on it should go “Tự đánh giá theo bộ tiêu chí” but goes “Đăng ký xây dựng đơn vị điển hình”",
        ),
        ({"variables": {"criteria_set": "x"}}, '“criteria_set” should be "x" but is null.'),
    ],
)
def test_a_failing_test_is_an_error_that_says_what_differs(files: Files, expected: dict[str, Any], said: str) -> None:
    (finding,) = of_tests(check_package(with_test(files, expect=expected)))

    assert (finding.rule, finding.severity, finding.file) == ("failing-test", "error", PATH)
    assert f"fails. {said}" in finding.message


def test_a_step_that_the_procedure_refuses_fails_the_test(files: Files) -> None:
    steps = json.loads(files["tests/tra-lai-bo-sung.json"])["steps"][:4]
    assert steps[3]["node"] == "evaluation"
    steps[3]["outcome"] = "approve"

    (finding,) = of_tests(check_package(with_test(files, steps=steps, expect={})))

    assert "Step 4 is not possible" in finding.message
    assert "Chỉ đơn vị đạt đủ tiêu chí mới được trình." in finding.message


def test_a_package_that_fails_a_test_can_still_be_read(files: Files) -> None:
    assert read_package(with_test(files, expect={"status": "waiting"})).key == "dien-hinh"


HOSTILE: dict[str, bytes] = {
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "a number": b"9" * 5_000,
    "nested": b"[" * 60_000,
    "no name": b'{"name": "", "steps": []}',
    "steps that are no list": b'{"name": "x", "steps": {}}',
    "a step of two kinds": b'{"name": "x", "steps": [{"node": "a", "job": "b"}]}',
    "an unknown entry": b'{"name": "x", "evil": 1}',
    "a broken date": b'{"name": "x", "variables": {"a": {"$date": 5}}}',
    "a broken range": b'{"name": "x", "variables": {"a": {"$range": 5}}}',
    "a broken context": b'{"name": "x", "variables": {"a": {"$context": 5}}}',
    "a broken key": b'{"name": "x", "steps": [{"message": "a", "key": {"$range": []}}]}',
    "before all time": b'{"name": "x", "start": "0001-01-01T00:00:00+07:00"}',
    "after all time": b'{"name": "x", "start": "9999-12-31T23:59:59-07:00"}',
    "too large": b'{"name": "x", "variables": {"a": "' + b"a" * LARGEST + b'"}}',
    "too many steps": json.dumps({"name": "x", "steps": [{"job": "a"}] * 501}).encode(),
    "a status that is a list": b'{"name": "x", "expect": {"status": []}}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_test_is_one_finding(files: Files, name: str) -> None:
    (finding,) = of_tests(check_package({**files, "tests/xau.json": HOSTILE[name]}))

    assert (finding.rule, finding.file) == ("unreadable-test", "tests/xau.json")
    assert len(finding.message) < 1_000


@pytest.mark.parametrize(
    "changes",
    [
        {"process_ids": ["nobody"]},
        {"steps": [{"node": "nowhere"}]},
        {"steps": [{"node": "registration", "outcome": "nonsense"}]},
        {"steps": [{"timer": "year_end", "item": 10**9}]},
        {"steps": [{"message": "unknown"}], "expect": {"status": "completed"}},
        {"variables": {}, "expect": {"status": "completed"}},
    ],
    ids=str,
)
def test_a_test_of_what_is_not_there_fails_in_words(files: Files, changes: dict[str, Any]) -> None:
    found = of_tests(check_package(with_test(files, **changes)))

    assert found
    assert {finding.rule for finding in found} == {"failing-test"}


def test_more_tests_than_a_package_may_have_are_one_finding(files: Files) -> None:
    many = {f"tests/t{number:03}.json": b'{"name": "x"}' for number in range(MOST_TESTS + 5)}

    rules = {finding.rule for finding in of_tests(check_package({**files, **many}))}

    assert rules == {"too-many-tests"}


def test_tests_are_not_run_while_the_package_has_another_fault(files: Files) -> None:
    broken = {**with_test(files, expect={"status": "waiting"}), "criteria/x.json": b"{"}

    assert of_tests(check_package(broken)) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$date", "$range", "$context", "node", "timer", "item", "a"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(["name", "variables", "process_ids", "start", "steps", "expect", "other"])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, JSON, max_size=6))
def test_reading_never_raises(given_test: dict[str, Any]) -> None:
    found = saved_test("tests/a.json", json.dumps({"name": "x", **given_test}).encode())

    assert (found.test is None) != (found.fault is None)
