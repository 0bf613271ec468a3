"""Holds every element and attribute of a file against the table; nothing is passed over in silence."""

from workflow.bpmn.elements import CAMUNDA_DEFAULTS, CAMUNDA_WITHOUT_EFFECT, ELEMENTS, ElementRule
from workflow.bpmn.namespaces import BPMN, BPMNDI, CAMUNDA, CN, XSI, Element, local, namespace, shown
from workflow.bpmn.report import Report
from workflow.errors import N_

_CODE = N_("“%(element)s” is to run the program code %(value)s, which is not there in this engine")
_HANDLER = N_(
    "Delete %(attribute)s and enter what does the work here: a topic (the name of a handler), a decision or a message"
)
_FORM = N_("“%(element)s” names the form %(value)s of another program; here a task holds its fields itself")
_FIELDS = N_("Delete %(attribute)s and enter the fields in the task's properties")
FOREIGN = {
    "class": (_CODE, _HANDLER),
    "delegateExpression": (_CODE, _HANDLER),
    "expression": (_CODE, _HANDLER),
    "resource": (
        N_("The script of “%(element)s” stands in the file %(value)s, which is not read"),
        N_("Delete %(attribute)s and write the script into the task, in FEEL"),
    ),
    "formKey": (_FORM, _FIELDS),
    "formRef": (_FORM, _FIELDS),
}
"""Attributes by which other engines name what lies outside the file: what is said of them, once, and what is to be done."""


def runs_foreign_code(element: Element) -> bool:
    """Whether another engine would run code of its own there; that is said already, and nothing else is missed for it."""
    return any(
        element.get(f"{{{CAMUNDA}}}{name}") is not None
        for name in ("class", "delegateExpression", "expression", "resource")
    )


_EXTENSION_ATTRIBUTES = {CAMUNDA: "camunda", CN: "cn"}


def check_supported(root: Element, report: Report) -> None:
    """Report every element and attribute that would be ignored or not understood when the process runs."""
    if root.tag != f"{{{BPMN}}}definitions":
        report.error(
            "not-bpmn",
            N_("The file is no BPMN 2.0 file: its root is %(element)s"),
            root,
            N_("Upload a file whose root element is definitions in the namespace of BPMN 2.0"),
            element=shown(str(root.tag)),
        )
        return
    _check(root, report)


def _check(element: Element, report: Report) -> None:
    rule = ELEMENTS[local(element)]
    _check_attributes(element, rule, report)
    for child in element:
        if namespace(child) == BPMNDI:
            continue
        if child.tag == f"{{{BPMN}}}extensionElements" and "extensionElements" in rule.children:
            _check_extensions(child, rule, report)
        elif namespace(child) == BPMN and local(child) in rule.children and local(child) in ELEMENTS:
            _check(child, report)
        else:
            _refuse(child, element, report)


def _refuse(element: Element, parent: Element, report: Report) -> None:
    name = shown(str(element.tag))
    if namespace(element) == BPMN and name in ELEMENTS:
        report.error(
            "misplaced-element",
            N_("Element %(element)s may not stand within %(parent)s"),
            element,
            N_("Draw it again in the modeler where it belongs"),
            element=name,
            parent=local(parent),
        )
    elif namespace(element) == BPMN:
        report.error(
            "unsupported-element",
            N_("Element %(element)s is not supported within %(parent)s"),
            element,
            N_("Replace %(element)s by a supported element; nothing in a process is ignored when it runs"),
            element=name,
            parent=local(parent),
        )
    else:
        report.error(
            "unknown-element",
            N_("Element %(element)s within %(parent)s belongs to neither BPMN nor a known extension"),
            element,
            N_("Delete the element, or put it into extensionElements"),
            element=name,
            parent=local(parent),
        )


def _check_attributes(element: Element, rule: ElementRule, report: Report) -> None:
    for key, value in element.attrib.items():
        name = shown(str(key))
        uri = str(key)[1:].split("}")[0] if str(key).startswith("{") else ""
        if uri == XSI:
            continue
        if uri == "":
            _check_own(element, name, str(value), rule, report)
        elif uri in _EXTENSION_ATTRIBUTES:
            _check_extension_attribute(element, name, str(value), rule, report)
        else:
            report.warning(
                "foreign-attribute",
                N_("Attribute %(attribute)s of %(element)s is not known here and has no effect"),
                element,
                attribute=name,
                element=local(element),
            )


def _check_own(element: Element, name: str, value: str, rule: ElementRule, report: Report) -> None:
    if name in rule.fixed:
        if value.strip() not in rule.fixed[name]:
            _unsupported_value(element, name, value, report)
    elif name not in rule.attributes:
        _unsupported_attribute(element, name, report)


def _check_extension_attribute(element: Element, name: str, value: str, rule: ElementRule, report: Report) -> None:
    prefix, bare = name.split(":", 1)
    if prefix == "camunda" and bare in FOREIGN and bare not in rule.camunda:
        template, advice = FOREIGN[bare]
        owner = element.get("name") or element.get("id") or local(element)
        report.error("of-another-engine", template, element, advice, element=owner, attribute=name, value=value)
        return
    if bare in (rule.camunda if prefix == "camunda" else rule.cn):
        return
    if prefix == "camunda" and bare in CAMUNDA_DEFAULTS:
        if value.strip() not in CAMUNDA_DEFAULTS[bare]:
            _unsupported_value(element, name, value, report)
    elif prefix != "camunda" or bare not in CAMUNDA_WITHOUT_EFFECT:
        _unsupported_attribute(element, name, report)


def _check_extensions(holder: Element, rule: ElementRule, report: Report) -> None:
    for child in holder:
        name = shown(str(child.tag))
        if name in rule.extensions:
            continue
        parent = holder.getparent()
        owner = local(parent) if parent is not None else "-"
        if namespace(child) in (CAMUNDA, CN, BPMN):
            report.error(
                "unsupported-extension",
                N_("Extension %(element)s is not supported on %(parent)s"),
                child,
                N_("Delete the extension, or express it with what the reference lists for %(parent)s"),
                element=name,
                parent=owner,
            )
        elif namespace(child) != "":
            report.warning(
                "foreign-extension",
                N_("Extension %(element)s on %(parent)s is not known here and has no effect"),
                child,
                element=name,
                parent=owner,
            )
        else:
            _refuse(child, holder, report)


def _unsupported_attribute(element: Element, name: str, report: Report) -> None:
    report.error(
        "unsupported-attribute",
        N_("Attribute %(attribute)s is not supported on %(element)s"),
        element,
        N_("Delete the attribute %(attribute)s; it would have no effect"),
        attribute=name,
        element=local(element),
    )


def _unsupported_value(element: Element, name: str, value: str, report: Report) -> None:
    report.error(
        "unsupported-value",
        N_('Attribute %(attribute)s="%(value)s" is not supported on %(element)s'),
        element,
        N_("Remove the attribute, so that its default holds"),
        attribute=name,
        value=value,
        element=local(element),
    )
