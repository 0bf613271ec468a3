"""Declared data: variables of their scope, null at first, of the type that was declared."""

import datetime
from dataclasses import replace

import pytest

from tests.support.processes import Case, number, process, script, subprocess, user
from workflow.model.elements import DataItem


def item(variable: str, type_name: str = "") -> DataItem:
    return DataItem(id=variable, variable=variable, type_name=type_name)


def test_declared_data_are_null_until_they_are_set() -> None:
    definition = replace(process(user("work"), paths=("start > work > end",)), data=(item("report"),))

    assert Case(definition).start().variables == {"report": None}
    assert Case(definition).start(report="yes").variables == {"report": "yes"}


def test_data_of_a_subprocess_are_its_own_and_gone_with_it() -> None:
    inner = subprocess("sub", script("note", '"inside"'), user("work"), paths=("sub_begin > note > work > sub_done",))
    inner = replace(inner, data=(item("note"),))
    case = Case(process(inner, paths=("start > sub > end",))).start(note="outside")

    assert case.state is not None
    assert [scope.variables.get("note") for scope in case.state.scopes.values()] == ["outside", "inside"]
    case.complete("work")
    assert case.variables == {"note": "outside"}


@pytest.mark.parametrize(
    ("type_name", "text", "value"),
    [
        ("number", "12.5", number("12.5")),
        ("date", "2026-01-05", datetime.date(2026, 1, 5)),
        ("boolean", "true", True),
        ("days and time duration", "PT2H", datetime.timedelta(hours=2)),
        ("string", "2026-01-05", "2026-01-05"),
        ("number", "many", "many"),
    ],
)
def test_a_text_becomes_a_value_of_the_declared_type(type_name: str, text: str, value: object) -> None:
    definition = replace(
        process(user("work"), user("more"), paths=("start > work > more",)), data=(item("x", type_name),)
    )
    case = Case(definition).start(x=text)
    assert case.variables["x"] == value

    case.complete("work", x=text)
    assert case.variables["x"] == value
