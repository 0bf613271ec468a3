"""The dialect of services is a test: a ground first, a frozen command in, a result out, and one idempotence."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from workflow.bootstrap import Container
from workflow.services.ground.ground import Ground
from workflow.services.ground.register import OrganisationRegister

ROOT = Path(__file__).parents[2]
WRITES = {"self._ground.carry_out", "self._ground.step", "self._ground.units"}
"""What opens a transaction that may write."""
OTHERWISE = {
    # Nobody is an actor yet: whoever is at the door is known by a password, a code or a token.
    "SignInService": {"sign_in", "enter_code", "change_password"},
    "LinkService": {"set_password", "confirm_address"},
    "SessionService": {"current", "sign_out", "sign_out_everywhere", "forget_old"},
    "EnrolmentService": {"begin", "confirm"},
    # Drafts of which no event tells: kept for who typed them, also when the session is over, and kept twice they are one.
    "KeptFormService": {"keep", "forget", "carried_out", "forget_old", "look_whether_it_can_be_written"},
    # The setup and the worker: no person clicks, and each looks first what is done already.
    "AccountService": {"set_up", "equip", "link_at_server"},
    "RequestService": {"expire"},
    "OrganisationService": {"import_data"},
    "CalendarService": {"seed"},
    "PublishingService": {"install"},
    "CheckpointService": {"ensure_scheduled"},
    "AlarmService": {"look"},
    "Attendance": {"ensure_scheduled"},
    # Opening it is reading it: from the first time on it counts as read, and nothing else changes.
    "NotificationService": {"open"},
    "VersionChecks": {"run", "ensure_checked"},
    # Reading that is on the record: asked for twice, it is recorded twice.
    "QuestionService": {"export"},
    "AuditService": {"export_events", "export_cases"},
    "FigureService": {"export"},
    # The worker's errand, and who sits at the server: looked at first is what was reported already.
    "ReportService": {"run_job", "verify_now"},
    "BundleService": {"write", "write_of"},
}
"""Methods that write and take no command, and why."""

SERVICES: dict[str, Any] = {
    service.__name__: service
    for service in get_type_hints(Container).values()
    if getattr(service, "__module__", "").startswith("workflow.services.")
    and not issubclass(service, Ground | OrganisationRegister)
}


def methods(service: type) -> Iterator[tuple[str, Any]]:
    for name, method in vars(service).items():
        if not name.startswith("_") and inspect.isfunction(method):
            yield name, method


def writers(service: type) -> set[str]:
    """The names of methods that write, by themselves or through others of their class."""
    found: set[str] = set()
    own: dict[str, set[str]] = {}
    for node in ast.parse(textwrap.dedent(inspect.getsource(service))).body[0].body:  # type: ignore[attr-defined] # a class
        if not isinstance(node, ast.FunctionDef):
            continue
        called = [
            one.func for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
        ]
        own[node.name] = {one.attr for one in called if ast.unparse(one.value) == "self"}
        if any(ast.unparse(one) in WRITES for one in called):
            found.add(node.name)
    while more := {name for name, called in own.items() if called & found} - found:
        found |= more
    return found


def test_whoever_changes_something_hands_in_one_frozen_command() -> None:
    wrong = []
    for service in SERVICES.values():
        for name, method in methods(service):
            parameters = list(inspect.signature(method).parameters)
            if "command" not in parameters and name not in writers(service) - OTHERWISE.get(service.__name__, set()):
                continue
            command = get_type_hints(method).get("command")
            if parameters != ["self", "actor", "command"] or not is_command(command):
                wrong.append(f"{service.__name__}.{name}({', '.join(parameters)})")

    assert wrong == []


def is_command(command: Any) -> bool:
    return (
        is_dataclass(command)
        and command.__dataclass_params__.frozen
        and all(one.kw_only for one in fields(command))
        and "command_id" in {one.name for one in fields(command)}
    )


def test_every_exception_is_one() -> None:
    assert {name: sorted(those - writers(SERVICES[name])) for name, those in OTHERWISE.items()} == {
        name: [] for name in OTHERWISE
    }


def test_every_service_takes_its_ground_first() -> None:
    for service in SERVICES.values():
        ground = list(inspect.signature(service.__init__).parameters)[1]
        kind = get_type_hints(service.__init__)[ground]
        subject = list(inspect.signature(kind.__init__).parameters.values())[
            1:
        ]  # a subject's own ground stands on one alone
        assert issubclass(kind, Ground) or [
            issubclass(get_type_hints(kind.__init__)[one.name], Ground) for one in subject
        ] == [True], service


def test_one_place_remembers_what_has_been_carried_out() -> None:
    remembering = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "workflow").rglob("*.py")
        if ".commands.add(" in path.read_text(encoding="utf-8")
    }
    assert remembering == {"workflow/services/ground/idempotence.py"}
