"""Recorded values and what they name, in words: labels of fields, choices, nodes and flows; local dates; yes and no."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow.calendar.zone import ZONE
from workflow.errors import C_, N_, NotFound
from workflow.model.elements import BusinessRuleTask
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of, task_label
from workflow.services.ground.language import translated, word

NOTHING = "–"


EMPTY = Label(vi=NOTHING, en=NOTHING)


def node_label(package: ProcedurePackage | None, node_id: Any) -> Label:
    """The name of a node; a user task has one in each language."""
    if not node_id:
        return EMPTY
    if package is not None:
        for process in package.bpmn.processes.values():
            if node_id in process.user_tasks:
                vi, en = task_label(package, node_id)
                return Label(vi=vi, en=en)
            if node_id in process.all_nodes:
                node = process.all_nodes[node_id]
                return Label(vi=node.name or node_id, en=node.name_en or node.name or node_id)
        for former in package.former:
            found = node_label(former, node_id)
            if found != same(node_id):
                return found
    return same(node_id)


def flow_label(package: ProcedurePackage | None, flow_id: Any) -> Label:
    """The name of a flow, or of the node that it leads to."""
    if package is not None:
        for process in package.bpmn.processes.values():
            flow = process.all_flows.get(str(flow_id))
            if flow is not None:
                if flow.name:
                    return Label(vi=flow.name, en=flow.name_en or flow.name)
                return node_label(package, flow.target)
    return same(flow_id) if flow_id else EMPTY


def outcome_label(package: ProcedurePackage | None, node_id: Any, outcome: Any) -> Label:
    """The label of a task's outcome."""
    if package is not None and node_id:
        try:
            for known in spec_of(package, node_id).outcomes:
                if known.id == outcome:
                    return Label(vi=known.label.vi, en=known.label.en or known.label.vi)
        except NotFound:
            pass
    return same(outcome) if outcome else EMPTY


def role_label(package: ProcedurePackage | None, role: Any) -> Label:
    """The procedure's own label of a role; the system's roles are named by their ids, which pages translate."""
    if not role:
        return EMPTY
    if package is not None and role in package.roles:
        label = package.roles[role].label
        return Label(vi=label.vi, en=label.en or label.vi)
    return same(role)


def joined(labels: Iterable[Label], separator: str = ", ") -> Label:
    """Several labels as one."""
    found = list(labels)
    if not found:
        return EMPTY
    return Label(vi=separator.join(one.vi for one in found), en=separator.join(one.en or one.vi for one in found))


def same(text: Any) -> Label:
    """One text for both languages."""
    return Label(vi=str(text), en=str(text))


UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


_PAIRS = (("from", "to"), ("old", "new"))


Names = Mapping[str, str]
"""Ids of users and organisations → their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field before and after; `–` stands for nothing."""

    field: str
    old: str
    new: str


def ids_in(value: Any) -> Iterator[str]:
    """Every text in a payload that has the form of an id."""
    if isinstance(value, str):
        if UUID.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from ids_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from ids_in(item)


def text_of(value: Any, names: Names, depth: int = 0) -> str:
    """The value for a reader: FEEL's tagged values without their tags, ids by their names."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return "[…]" if depth >= _DEEPEST else ", ".join(text_of(item, names, depth + 1) for item in value)
    if isinstance(value, Mapping):
        return _object(value, names, depth)
    return str(value).lower() if isinstance(value, bool) else str(value)


def pairs_of(values: Any, names: Names) -> tuple[tuple[str, str], ...]:
    """Name and text of each of the values."""
    if not isinstance(values, Mapping):
        return ()
    return tuple((str(name), text_of(value, names)) for name, value in values.items())


def changes_in(payload: Mapping[str, Any], names: Names) -> tuple[Change, ...]:
    """What the payload says was changed: `changes`, or `from`/`to` and `old`/`new`, field by field where they are objects."""
    found: list[Change] = []
    changes = payload.get("changes")
    if isinstance(changes, Mapping):
        for field, pair in changes.items():
            if isinstance(pair, Mapping):
                found += _compared(str(field), pair.get("old"), pair.get("new"), names)
    for before, after in _PAIRS:
        if before in payload or after in payload:
            found += _compared("", payload.get(before), payload.get(after), names)
    return tuple(found)


def _compared(field: str, old: Any, new: Any, names: Names) -> Iterator[Change]:
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        before = old if isinstance(old, Mapping) else {}
        after = new if isinstance(new, Mapping) else {}
        for name in dict.fromkeys([*before, *after]):
            inner = f"{field}.{name}" if field else str(name)
            yield from _one(inner, before.get(name), after.get(name), names)
    else:
        yield from _one(field, old, new, names)


def _one(field: str, old: Any, new: Any, names: Names) -> Iterator[Change]:
    if old != new:
        yield Change(field=field, old=text_of(old, names), new=text_of(new, names))


def _object(value: Mapping[str, Any], names: Names, depth: int) -> str:
    if len(value) == 1:
        ((tag, content),) = value.items()
        if tag.startswith("$") and isinstance(content, str):
            return content
    if depth >= _DEEPEST:
        return "{…}"
    return "; ".join(f"{name}: {text_of(item, names, depth + 1)}" for name, item in value.items())


_DEEPEST = 4


KNOWN: Mapping[str, str] = {
    "outcome": N_("Outcome"),
    "reason": N_("Reason"),
    "reason_vi": N_("Reason"),
    "reason_en": N_("Reason"),
    "assessment": N_("Assessment"),
    "criterion_reasons": N_("Criteria to correct"),
    "quorum": C_("value", "Quorum"),
    "eligible": N_("Eligible"),
    "case": N_("Case"),
    "unit": N_("Unit"),
    "campaign": C_("value", "Campaign"),
    "deadlines": N_("Deadlines"),
    "criteria_set": N_("Criteria set"),
    "due_at": N_("due"),
    "last_day": N_("last day"),
    "remind_at": C_("value", "reminder"),
    "province": N_("province"),
    "year": N_("year"),
    "all_met": N_("all met"),
    "complete": N_("complete"),
    "met": N_("met"),
    "not_met": C_("value", "not met"),
    "not_applicable": N_("not applicable"),
    "total": N_("total"),
    "voters": N_("voters"),
}
"""The words of values that no package names: those that the product itself gives to every process."""


_YES, _NO = N_("yes"), N_("no")


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")


_STRINGS = re.compile(r'\s*"[^"]*"(\s*,\s*"[^"]*")*\s*')


_TWINS = (("_vi", "_en"), ("_en", "_vi"))


class ValueWords:
    """The labels of one package's forms. What has no label is named by its id: an old record must always be readable."""

    def __init__(self, package: ProcedurePackage | None, names: Names) -> None:
        self._names = names
        self._keys: dict[str, Label] = {}
        self._choices: dict[str, dict[str, Label]] = {}
        self._papers: dict[str, Label] = {}
        for process in package.bpmn.processes.values() if package else ():
            for node in process.all_nodes.values():
                if isinstance(node, BusinessRuleTask) and node.name and node.result_variable not in KNOWN:
                    label = Label(vi=node.name, en=node.name_en or node.name)
                    self._keys |= {node.decision: label, node.result_variable: label}
            for task_id, task in process.user_tasks.items():
                vi, en = task_label(package, task_id) if package else (task_id, task_id)
                self._keys[task_id] = Label(vi=vi, en=en)
                for item in task.spec.fields:
                    self._keys.setdefault(item.id, item.label)
                    self._choices.setdefault(item.id, {}).update(item.choices)
                self._choices[f"{task_id}.outcome"] = {one.id: one.label for one in task.spec.outcomes}
                self._papers |= {paper.id: paper.label for paper in task.spec.papers}

    def key(self, name: str) -> Label:
        """What a value is called; of a path such as `registration.pilot`, its last part."""
        last = name.rpartition(".")[2]
        return self._keys.get(last) or (word(KNOWN[last]) if last in KNOWN else same(name))

    def paper(self, paper_id: Any) -> Label | None:
        """The label of a paper of the dossier."""
        return self._papers.get(str(paper_id)) if paper_id else None

    def value(self, value: Any, name: str = "") -> Label:
        """The value in both languages. `name` is what it is called: a choice has its label only as the answer to its field."""
        return Label(vi=self._text(value, "vi", name), en=self._text(value, "en", name))

    def written(self, text: str) -> Label:
        """An entry of a decision table: plain texts without their quotes, yes and no; anything else as it is written."""
        if text in ("true", "false"):
            return self.value(text == "true")
        if _STRINGS.fullmatch(text):
            return self.value(re.findall(r'"([^"]*)"', text))
        return same(text)

    def _text(self, value: Any, locale: str, path: str, depth: int = 0) -> str:
        if value is None or value in ("", [], {}):
            return NOTHING
        if isinstance(value, bool):
            return translated(locale[:2], _YES if value else _NO)
        if isinstance(value, str):
            return self._word(value, locale, path)
        if isinstance(value, list):
            return "[…]" if depth >= _DEEPEST else ", ".join(self._text(one, locale, path, depth + 1) for one in value)
        if isinstance(value, Mapping):
            return self._object(value, locale, path, depth)
        return str(value)

    def _word(self, text: str, locale: str, path: str) -> str:
        for known in (path, path.rpartition(".")[2]):
            if text in self._choices.get(known, {}):
                return _in(self._choices[known][text], locale)
        return self._names.get(text) or local_text(text)

    def _object(self, value: Mapping[str, Any], locale: str, path: str, depth: int) -> str:
        if len(value) == 1:
            ((tag, content),) = value.items()
            if tag.startswith("$") and isinstance(content, str):
                return local_text(content)
        if depth >= _DEEPEST:
            return "{…}"
        parts = []
        for name, item in value.items():
            if is_of_other_language(name, value, locale):
                continue
            inner = f"{path.rpartition('.')[2]}.{name}" if path else name
            text, called = self._text(item, locale, inner, depth + 1), _in(self.key(name), locale)
            parts.append(f"{called} ({text})" if isinstance(item, Mapping) and len(item) > 1 else f"{called}: {text}")
        return "; ".join(parts)


def is_of_other_language(name: str, among: Any, locale: str) -> bool:
    """Whether it is the text of another language of a pair such as `reason_vi` and `reason_en`."""
    return any(
        name.endswith(own) and not own.endswith(locale[:2]) and name.removesuffix(own) + other in among
        for own, other in _TWINS
    )


def local_text(text: str) -> str:
    """A day as 28/12/2023, an instant as 17:00 31/12/2023 in Việt Nam; any other text as it is."""
    try:
        if _DATE.fullmatch(text):
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        if _INSTANT.fullmatch(text):
            found = datetime.fromisoformat(text)
            return f"{found.astimezone(ZONE) if found.tzinfo else found:%H:%M %d/%m/%Y}"
    except ValueError:
        pass
    return text


def _in(label: Label, locale: str) -> str:
    return label.vi if locale.startswith("vi") else label.en or label.vi
