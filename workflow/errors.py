"""The one tree of errors.

A class's docstring is its default message; both it and any message given are templates with `%(name)s` places, so that the
pages can translate them before the values go in.
"""

from typing import Any


def N_(template: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark a message template for translation and return it unchanged."""
    return template


class WorkflowError(Exception):
    """The request could not be carried out."""

    def __init__(self, template: str | None = None, /, **params: Any) -> None:
        self.template = template or (type(self).__doc__ or "").strip().splitlines()[0]
        self.params = params
        super().__init__(self.template, params)

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template


class NotFound(WorkflowError):
    """There is nothing here under that name, or you may not see it."""


class PermissionDenied(WorkflowError):
    """Your role does not permit this here."""


class InvalidInput(WorkflowError):
    """What was entered cannot be accepted."""


class Conflict(WorkflowError):
    """Somebody else changed this in the meantime. Reload the page and try again."""


class TransitionRefused(WorkflowError):
    """This step is not possible in the present state."""


class DefinitionRejected(WorkflowError):
    """The definition has %(count)s findings and cannot be published."""

    def __init__(self, findings: "tuple[Any, ...]" = ()) -> None:
        super().__init__(count=len(findings))
        self.findings = findings


class ExpressionError(WorkflowError):
    """The expression cannot be read or evaluated."""


class AuditBroken(WorkflowError):
    """The audit trail does not verify."""


class ConfigurationError(WorkflowError):
    """The installation is not set up as it must be."""
