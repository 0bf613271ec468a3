"""The elements of our own namespace and their attributes; anything else in it is refused by name."""

from collections.abc import Mapping, Sequence

from workflow.bpmn.namespaces import BPMN, CN, Element, attribute, child, local, namespace, shown
from workflow.bpmn.report import Report
from workflow.errors import N_


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


OWN_ELEMENTS: Mapping[str, frozenset[str]] = {
    "task": _names(
        "stage stageLabel stageLabelEn label labelEn help helpEn primary primaryEn jurisdiction separateFrom criteriaSet "
        "completeness compareWith carryOver"
    ),
    "outcome": _names("id label labelEn effect reason reasonPerCriterion condition refusal refusalEn complete"),
    "field": _names("id kind label labelEn hint hintEn required min max role jurisdiction within"),
    "choice": _names("id label labelEn"),
    "paper": _names("id label labelEn required"),
    "quorum": _names("roster present recused share"),
}
"""Element → its attributes."""

OWN_CHILDREN: Mapping[str, frozenset[str]] = {"field": frozenset({"choice"})}


def check_own_elements(element: Element, report: Report) -> None:
    """Report attributes and children of our own elements that have no meaning."""
    holder = child(element, "extensionElements", BPMN)
    for entry in holder if holder is not None else ():
        if namespace(entry) == CN and local(entry) in OWN_ELEMENTS:
            _check(entry, report)


def _check(entry: Element, report: Report) -> None:
    name = local(entry)
    for key in entry.attrib:
        if key not in OWN_ELEMENTS[name]:
            report.error(
                "unsupported-attribute",
                N_("Attribute %(attribute)s is not supported on %(element)s"),
                entry,
                N_("Delete the attribute %(attribute)s; it would have no effect"),
                attribute=shown(str(key)),
                element=f"cn:{name}",
            )
    for nested in entry:
        if namespace(nested) == CN and local(nested) in OWN_CHILDREN.get(name, ()):
            _check(nested, report)
        else:
            report.error(
                "unsupported-extension",
                N_("Extension %(element)s is not supported on %(parent)s"),
                nested,
                N_("Delete the extension, or express it with what the reference lists for %(parent)s"),
                element=shown(str(nested.tag)),
                parent=f"cn:{name}",
            )


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
