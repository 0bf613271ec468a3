"""What goes into an activity and what it leaves behind: its input and output mappings, wherever it has some."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from workflow.engine.evaluation import View, evaluate
from workflow.engine.run import Run
from workflow.engine.state import Activity
from workflow.model.elements import Activity as ActivityElement, Mapping as DataMapping

_NAME = re.compile(r"[^\W\d]\w*")


def values_of(mappings: Iterable[DataMapping], view: View) -> dict[str, Any]:
    """Target → value of each source. Raises `Stuck`."""
    return {mapping.target: evaluate(mapping.source, view) for mapping in mappings}


def inputs_of(run: Run, node: ActivityElement, activity: Activity) -> dict[str, Any]:
    """The values of the input mappings. Raises `Stuck`."""
    if not node.inputs:
        return {}
    return values_of(node.inputs, run.view(activity.scope_id))


def seen_by(run: Run, node: ActivityElement, activity: Activity) -> View:
    """What the activity's own expressions see: its scope, and before that its inputs. Raises `Stuck`."""
    view = run.view(activity.scope_id)
    return view.plus(inputs_of(run, node, activity)) if node.inputs else view


def outputs_of(node: ActivityElement, view: View) -> dict[str, Any]:
    """The values of the output mappings; a plain copy of what was never set copies nothing. Raises `Stuck`."""
    return values_of((mapping for mapping in node.outputs if not _copies_nothing(mapping, view.variables)), view)


def keep_results(run: Run, node: ActivityElement, activity: Activity, results: Mapping[str, Any]) -> None:
    """Assign what an activity has worked out; with output mappings only what these say. Raises `Stuck` before that."""
    if node.outputs:
        results = outputs_of(node, seen_by(run, node, activity).plus(results))
    run.assign_result(activity, results)


def _copies_nothing(mapping: DataMapping, variables: Mapping[str, Any]) -> bool:
    name = mapping.source.text.strip()
    return _NAME.fullmatch(name) is not None and name not in variables and name not in ("true", "false", "null")
