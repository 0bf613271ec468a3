"""Collects what is wrong with a file, each fault at its element and line."""

from dataclasses import dataclass, field
from typing import Any, Literal

from workflow.bpmn.namespaces import Element, line_of
from workflow.model.findings import Finding


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
        owner = next((node for node in (at, *at.iterancestors()) if node.get("id")), at)
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
