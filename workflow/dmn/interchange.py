"""Reading models of others leniently, as interchange needs it: what is wrong in one decision does not stop the others."""

from collections.abc import Callable
from pathlib import Path

from workflow.dmn import model
from workflow.dmn.model import Model


def load(source: Path | str | bytes, *, resolve: Callable[[str], bytes | None] | None = None) -> Model:
    """Read a model; a decision with an expression that cannot be read is null with a diagnostic, the others work.

    `source` is a path or the file's bytes. Imports are looked up beside the file, or by `resolve` (location, then namespace).
    Raises DefinitionRejected for a file that is no DMN model, and for requirements that lead nowhere or in a circle.
    """
    return model.load(Path(source) if isinstance(source, str) else source, resolve=resolve, strict=False)
