"""Makes findings about model elements."""

from dataclasses import dataclass, field
from typing import Any, Literal

from workflow.model.elements import FlowNode, SequenceFlow
from workflow.model.findings import Finding


@dataclass
class Notes:
    """The findings about the elements of one BPMN file."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def error(
        self,
        rule: str,
        template: str,
        at: FlowNode | SequenceFlow,
        /,
        advice: str = "",
        line: int | None = None,
        **params: Any,
    ) -> None:
        """Add a fault that keeps the package from being published."""
        self._add("error", rule, template, at, advice, line, params)

    def warning(
        self,
        rule: str,
        template: str,
        at: FlowNode | SequenceFlow,
        /,
        advice: str = "",
        line: int | None = None,
        **params: Any,
    ) -> None:
        """Add something a person should look at."""
        self._add("warning", rule, template, at, advice, line, params)

    def _add(
        self,
        severity: Literal["error", "warning"],
        rule: str,
        template: str,
        at: FlowNode | SequenceFlow,
        advice: str,
        line: int | None,
        params: dict[str, Any],
    ) -> None:
        self.findings.append(
            Finding(
                rule=rule,
                template=template,
                params=params,
                advice=advice,
                element_id=at.id,
                element_name=at.name or None,
                line=line or at.line,
                file=self.file,
                severity=severity,
            )
        )
