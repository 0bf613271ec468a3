"""Recorded values in the words of the forms they were entered in: labels of fields and choices, local dates, yes and no."""

import re
from collections.abc import Callable, Mapping
from copy import copy
from datetime import date, datetime
from typing import Any

from workflow.calendar.zone import ZONE
from workflow.errors import C_, N_
from workflow.model.elements import BusinessRuleTask
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import task_label
from workflow.services.ground.labels import NOTHING, same
from workflow.services.ground.language import translated, word
from workflow.services.ground.payloads import DEEPEST, Names

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
ORGANISATIONS = frozenset(
    {"organisation_id", "unit_id", "territory_id", "managing_id", "predecessor_id", "successor_id"}
)
"""Fields of recorded things that name an organisation."""

_YES, _NO = N_("yes"), N_("no")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
_STRINGS = re.compile(r'\s*"[^"]*"(\s*,\s*"[^"]*")*\s*')
_TWINS = (("_vi", "_en"), ("_en", "_vi"))


class ValueWords:
    """The labels of one package's forms. What has no label is named by its id: an old record must always be readable."""

    def __init__(
        self, package: ProcedurePackage | None, names: Names, organisation: Callable[[str], Label] = same
    ) -> None:
        self._names = names
        self._organisation = organisation
        self._known = KNOWN
        self._values: Mapping[str, Mapping[str, str]] = {}
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
        for criteria in package.criteria_sets.values() if package else ():
            for criterion in criteria.criteria.values():
                for figure in criterion.figures:
                    self._keys.setdefault(figure.id, figure.label)

    def among(self, known: Mapping[str, str], values: Mapping[str, Mapping[str, str]]) -> "ValueWords":
        """The same, by these words where no package has one: of what is named, and of its fixed `values`."""
        found = copy(self)
        found._known, found._values = known, values
        return found

    def key(self, name: str) -> Label:
        """What a value is called; of a path such as `registration.pilot`, its last part."""
        last = name.rpartition(".")[2]
        if last in self._keys:
            return self._keys[last]
        return word(self._known[last]) if last in self._known else same(self._names.get(last, name))

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
            return "[…]" if depth >= DEEPEST else ", ".join(self._text(one, locale, path, depth + 1) for one in value)
        if isinstance(value, Mapping):
            return self._object(value, locale, path, depth)
        return str(value)

    def _word(self, text: str, locale: str, path: str) -> str:
        if path.rpartition(".")[2] in ORGANISATIONS:
            return _in(self._organisation(text), locale)
        for known in (path, path.rpartition(".")[2]):
            if text in self._choices.get(known, {}):
                return _in(self._choices[known][text], locale)
            if text in self._values.get(known, {}):
                return translated(locale[:2], self._values[known][text])
        return self._names.get(text) or local_text(text)

    def _object(self, value: Mapping[str, Any], locale: str, path: str, depth: int) -> str:
        if len(value) == 1:
            ((tag, content),) = value.items()
            if tag.startswith("$") and isinstance(content, str):
                return local_text(content)
        if depth >= DEEPEST:
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
