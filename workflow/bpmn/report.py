"""Collects what is wrong with a file, each fault at its element and line."""

from dataclasses import dataclass, field
from typing import Any, Literal

from workflow.bpmn.namespaces import BPMN, Element, line_of, namespace
from workflow.errors import N_
from workflow.model.findings import Finding

MAX_FINDINGS = 500


@dataclass
class Report:
    """The findings of one file, in the order in which they were found."""

    file: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def error(self, rule: str, template: str, at: Element, /, advice: str = "", **params: Any) -> None:
        """Add a fault that keeps the file from being published."""
        self._add("error", rule, template, at, advice, params)

    def warning(self, rule: str, template: str, at: Element, /, advice: str = "", **params: Any) -> None:
        """Add something a person should look at."""
        self._add("warning", rule, template, at, advice, params)

    @property
    def rejected(self) -> bool:
        """Whether an error was found."""
        return any(finding.severity == "error" for finding in self.findings)

    def _add(
        self,
        severity: Literal["error", "warning"],
        rule: str,
        template: str,
        at: Element,
        advice: str,
        params: dict[str, Any],
    ) -> None:
        if len(self.findings) >= MAX_FINDINGS:
            self._cut_short(at)
            return
        # Our own elements have ids too (an outcome's, a field's), but the diagram knows only those of BPMN.
        owner = next((node for node in (at, *at.iterancestors()) if namespace(node) == BPMN and node.get("id")), at)
        self.findings.append(
            Finding(
                rule=rule,
                template=template,
                params=params,
                advice=advice,
                element_id=owner.get("id"),
                element_name=owner.get("name") or None,
                line=line_of(at),
                file=self.file,
                severity=severity,
            )
        )

    def _cut_short(self, at: Element) -> None:
        if len(self.findings) == MAX_FINDINGS:
            self.findings.append(
                Finding(
                    rule="too-many-findings",
                    template=N_("There are more than %(limit)s findings; the rest is not shown"),
                    params={"limit": MAX_FINDINGS},
                    line=line_of(at),
                    file=self.file,
                )
            )
