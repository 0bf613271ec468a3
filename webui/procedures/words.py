"""The words of this area: states, steps, kinds of things."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l

CASE_STATES: dict[str, Any] = {
    "draft": _l("not sent yet"),
    "active": _l("running"),
    "suspended": _l("suspended"),
    "completed": _l("completed"),
    "withdrawn": _l("withdrawn"),
    "cancelled": _l("cancelled"),
}
STEPS: dict[str, Any] = {
    "submit": _l("Submit for review"),
    "publish": _l("Publish"),
    "return_to_draft": _l("Return to the authors"),
    "retire": _l("Retire"),
}
SUBJECTS: dict[str, Any] = {
    "procedure": _l("Procedure"),
    "role": _l("Roles"),
    "stage": _l("Stages"),
    "deadline": _l("Deadlines"),
    "process": _l("Processes"),
    "lane": _l("Lanes"),
    "node": _l("Tasks, events and gateways"),
    "flow": _l("Sequence flows"),
    "criteria-set": _l("Criteria sets"),
    "criterion": _l("Criteria"),
    "decision": _l("Decisions"),
    "rule": _l("Rules"),
    "document": _l("Documents"),
    "test": _l("Saved tests"),
}
CHANGES: dict[str, tuple[Any, str]] = {
    "added": (_l("Added"), "success"),
    "removed": (_l("Removed"), "danger"),
    "changed": (_l("Changed"), "info"),
}
PROPERTIES: dict[str, Any] = {
    "name": _l("name"),
    "label": _l("text"),
    "title": _l("title"),
    "vi": _l("Vietnamese"),
    "en": _l("English"),
    "version_label": _l("name of the version"),
    "effective_from": _l("first day in force"),
    "effective_to": _l("last day in force"),
    "legal_basis": _l("legal basis"),
    "covers": _l("procedures of the sources"),
    "province_scope": _l("provinces"),
    "subject_kinds": _l("kinds of unit"),
    "business_key": _l("pattern of case numbers"),
    "documentation": _l("description"),
    "annotation": _l("annotation"),
    "years": _l("exception for the year"),
    "month_day": _l("day of the year"),
    "semantics": _l("how the day counts"),
    "remind": _l("reminder"),
    "escalate_to": _l("overdue goes to"),
    "position": _l("position"),
    "outcomes": _l("outcome"),
    "fields": _l("field"),
    "choices": _l("choice"),
    "papers": _l("paper"),
    "reason": _l("reason"),
    "condition": _l("condition"),
    "candidate_groups": _l("role"),
    "jurisdiction": _l("jurisdiction"),
    "due_date": _l("due"),
    "follow_up_date": _l("reminder"),
    "separate_from": _l("separation of duties"),
    "criteria_set": _l("criteria set"),
    "completeness": _l("every criterion needs"),
    "quorum": _l("quorum"),
    "stage": _l("stage"),
    "source": _l("source"),
    "target": _l("target"),
    "text": _l("text"),
    "input": _l("input"),
    "output": _l("output"),
    "type": _l("type"),
    "required": _l("compulsory"),
    "sha256": _l("fingerprint"),
}
CRITERION_KINDS: dict[str, Any] = {
    "boolean": _l("yes or no"),
    "numeric": _l("figures"),
    "mixed": _l("figures and judgement"),
}
COMPLETENESS: dict[str, Any] = {
    "none": _l("nothing compulsory"),
    "result": _l("a result for every criterion"),
    "evidence": _l("a result and evidence for every criterion"),
}
SEMANTICS: dict[str, Any] = {
    "before": _l("before this day"),
    "on-or-before": _l("on this day at the latest"),
}


def cases_text(cases: Mapping[str, int]) -> str:
    """How many cases run on a version, by status, as one line."""
    parts = [f"{count} {CASE_STATES.get(state, state)}" for state, count in sorted(cases.items()) if count]
    return ", ".join(parts) or _("none")


def property_text(what: str) -> str:
    """A changed property in words, from the outside in; names that the procedure itself gives stay as they are."""
    return " › ".join(str(PROPERTIES.get(part, part)) for part in what.split("."))
