"""Every event that is ever recorded can be told in words."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import workflow.services
from workflow.engine.events import Event
from workflow.services.auditing.telling import DESCRIPTIONS, PARAMS, UNKNOWN, describe

SERVICES = Path(workflow.services.__file__).parent
PASSED_ON = "payload.pop('type')"
"""How `steps` records engine events: their types are those of the classes."""


def texts(node: ast.AST) -> list[str]:
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def parameter_of(tree: ast.Module, call: ast.Call, name: str) -> tuple[str, int, str] | None:
    """The function around the call that has a parameter of this name: the function, its place without self, the name."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and call in ast.walk(function):
            names = [one.arg for one in function.args.args if one.arg != "self"]
            if name in names:
                return function.name, names.index(name), name
    return None


def types_in(module: Path, everywhere: dict[Path, ast.Module]) -> Iterator[str]:
    """The types of the facts that a module records, followed through tables and parameters."""
    tree = everywhere[module]
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "Fact"):
        kind = next(keyword.value for keyword in call.keywords if keyword.arg == "type")
        if ast.unparse(kind) == PASSED_ON:
            continue
        if isinstance(kind, ast.Subscript):
            name = ast.unparse(kind.value)
            tables = [n for n in tree.body if isinstance(n, ast.Assign | ast.AnnAssign) and name in ast.unparse(n)]
            assert tables, f"{module.name}: {name}"
            values = [n.value.values for n in tables if isinstance(n.value, ast.Dict)]
            yield from (text for value in values for one in value for text in texts(one))
        elif isinstance(kind, ast.Name) and kind.id.isupper():
            (table,) = [n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == kind.id]
            yield from texts(table)
        elif isinstance(kind, ast.Name):
            found = parameter_of(tree, call, kind.id)
            assert found, f"{module.name}: the type {kind.id} comes from nowhere"
            yield from passed(found, everywhere)
        else:
            yield from texts(kind)


def passed(parameter: tuple[str, int, str], everywhere: dict[Path, ast.Module]) -> Iterator[str]:
    """What is passed for a parameter, wherever the function is called by its name."""
    function, place, name = parameter
    for tree in everywhere.values():
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            if ast.unparse(call.func).rpartition(".")[2] != function:
                continue
            given = [k.value for k in call.keywords if k.arg == name] + call.args[place : place + 1]
            for value in given:
                further = parameter_of(tree, call, value.id) if isinstance(value, ast.Name) else None
                yield from passed(further, everywhere) if further else filter(_is_type, texts(value))


def _is_type(text: str) -> bool:
    return text[:1].isupper()


def recorded_types() -> set[str]:
    modules = {path: ast.parse(path.read_text()) for path in sorted(SERVICES.rglob("*.py"))}
    return {kind for module in modules for kind in types_in(module, modules)}


def test_every_engine_event_has_a_description() -> None:
    assert {kind.__name__ for kind in get_args(Event)} - DESCRIPTIONS.keys() == set()


def test_every_fact_that_a_service_records_has_a_description() -> None:
    found = recorded_types()

    assert {"TaskClaimed", "TaskDelegated", "CaseWithdrawn", "SignedIn", "CaseRead", "VersionPublished"} <= found
    assert found - DESCRIPTIONS.keys() == set()


@pytest.mark.parametrize("kind", sorted(DESCRIPTIONS))
def test_every_description_needs_only_the_common_parameters(kind: str) -> None:
    assert DESCRIPTIONS[kind].template % dict.fromkeys(PARAMS, "x")


def test_an_unknown_type_is_named_by_itself() -> None:
    assert describe("Unheard") is UNKNOWN
    assert "Unheard" in UNKNOWN.template % {"actor": "A", "type": "Unheard"}
