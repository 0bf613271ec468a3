"""What every builder needs beside its element, and the parts that all flow nodes share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from workflow.bpmn.namespaces import CN, Element, attribute, line_of
from workflow.bpmn.report import Report
from workflow.bpmn.supported import runs_foreign_code
from workflow.errors import N_
from workflow.model.expressions import Expression

DEFAULTS: Mapping[str, str] = {"completeness": "none", "reason": "none", "effect": "forward"}


def choice_of(element: Element, name: str, choices: Sequence[str], report: Report) -> str:
    """An attribute with listed values; another value is a fault and gives the default."""
    value = attribute(element, name) or DEFAULTS.get(name, choices[0])
    if value in choices:
        return value
    report.error(
        "unknown-value",
        N_('%(attribute)s="%(value)s" is not one of %(choices)s'),
        element,
        N_("Choose one of %(choices)s"),
        attribute=name,
        value=value,
        choices=", ".join(choices),
    )
    return DEFAULTS.get(name, choices[0])


Scripts = Literal["feel", "any"]
"""Which scripts are accepted: FEEL with a result variable, or any text that the environment runs."""

_DIGITS = re.compile(r"[0-9]+", re.ASCII)


@dataclass
class Reading:
    """One file while it is read.

    `associated`: id of an element → ids of the elements that associations join to it.
    `correlations`: id of a message → the key that BPMN's own correlation elements give it.
    """

    report: Report
    ids: Mapping[str, Element] = field(default_factory=dict)
    scripts: Scripts = "feel"
    associated: Mapping[str, Sequence[str]] = field(default_factory=dict)
    correlations: Mapping[str, Expression] = field(default_factory=dict)

    def required(self, element: Element, name: str, uri: str | None = None, prefix: str = "") -> str:
        """The attribute's value; where it is missing, a finding and the empty text."""
        value = attribute(element, name, uri)
        if value is None and not runs_foreign_code(element):
            self.report.error(
                "missing-property",
                N_("%(attribute)s is missing"),
                element,
                N_("Enter %(attribute)s in the element's properties"),
                attribute=f"{prefix}{name}",
            )
        return value or ""


def flag(element: Element, name: str, default: bool, report: Report, uri: str | None = None) -> bool:
    """A truth value of XML; anything else is a fault and gives the default."""
    value = attribute(element, name, uri)
    if value in (None, "true", "1", "false", "0"):
        return default if value is None else value in ("true", "1")
    report.error(
        "not-boolean",
        N_('%(attribute)s="%(value)s" is neither true nor false'),
        element,
        N_("Write true or false"),
        attribute=name,
        value=value,
    )
    return default


def whole_number(element: Element, name: str, report: Report, *, most: int) -> int | None:
    """A whole number from 1 to `most`, or `None`. Only a larger one is said here; what is no count breaks a static rule."""
    value = attribute(element, name)
    if value is None or not _DIGITS.fullmatch(value):
        return None
    if len(value.lstrip("0")) > len(str(most)) or int(value) > most:
        report.error(
            "count-too-large",
            N_("%(attribute)s is larger than %(most)s"),
            element,
            N_("Write a whole number from 1 to %(most)s, or delete the attribute"),
            attribute=name,
            most=most,
        )
        return None
    return int(value) or None


def base(element: Element) -> dict[str, Any]:
    """Id, names and line of a flow node or flow."""
    return {
        "id": attribute(element, "id") or "",
        "name": attribute(element, "name") or "",
        "name_en": attribute(element, "nameEn", CN) or "",
        "line": line_of(element),
    }


# Names of data types, as item definitions write them, and the FEEL types that they mean.

_NUMBERS = (
    "int integer long short byte decimal double float number bigdecimal biginteger nonnegativeinteger positiveinteger "
    "unsignedint unsignedlong"
)
_DAYS, _MONTHS, _INSTANT = "days and time duration", "years and months duration", "date and time"

_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("string", "normalizedstring", "token", "anyuri", "text"), "string"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(_NUMBERS.split(" "), "number"),
    "date": "date",
    "time": "time",
    **dict.fromkeys(("datetime", _INSTANT), _INSTANT),
    # An XML duration may be of either FEEL kind; time limits are what processes hold.
    **dict.fromkeys(("duration", "daytimeduration", _DAYS), _DAYS),
    **dict.fromkeys(("yearmonthduration", _MONTHS), _MONTHS),
}
"""Names of XML Schema, Java and FEEL, in small letters → the FEEL type."""


def feel_type(name: str | None) -> str:
    """The FEEL type of `xsd:string`, `java.lang.Integer`, `date` …; empty for a structure that FEEL has no name for."""
    return _TYPES.get((name or "").rsplit(":", 1)[-1].rsplit(".", 1)[-1].lower(), "")
