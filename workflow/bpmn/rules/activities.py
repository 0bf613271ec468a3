"""Activities: numbers of tokens, loops, scripts, and what may stand in an ad-hoc subprocess (BPMN 2.0.2, 10.3)."""

from workflow.bpmn.kinds import ACTIVITIES, TASKS
from workflow.bpmn.namespaces import Element, attribute, child, children, local
from workflow.bpmn.rules.data import is_collection, item_of, shown_item
from workflow.bpmn.rules.index import FileIndex, parent_of
from workflow.errors import N_


def check_quantities(index: FileIndex) -> None:
    """Start and completion quantity and a loop's maximum are whole numbers from 1."""
    for activity in index.each(*sorted(ACTIVITIES)):
        for name in ("startQuantity", "completionQuantity"):
            _check_number(index, activity, name)
    for loop in index.each("standardLoopCharacteristics"):
        _check_number(index, loop, "loopMaximum")


def _check_number(index: FileIndex, element: Element, name: str) -> None:
    value = attribute(element, name)
    if value is not None and not (value.isascii() and value.isdigit() and value.strip("0")):
        index.refuse(
            "quantity",
            element,
            N_("%(attribute)s of “%(element)s” is %(value)s; it must be a whole number from 1"),
            N_("Enter 1 or more, or delete the attribute"),
            attribute=name,
            value=value,
        )


def check_loops(index: FileIndex) -> None:
    """An activity either repeats or has several instances."""
    for activity in index.each(*sorted(ACTIVITIES)):
        loops = list(children(activity, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"))
        if len(loops) > 1:
            index.refuse(
                "two-loops",
                activity,
                N_("“%(element)s” has %(count)s loop markers; an activity has at most one"),
                N_("Choose either a loop or multiple instances"),
                count=len(loops),
            )


def check_adhoc(index: FileIndex) -> None:
    """An ad-hoc subprocess has activities, and neither start nor end events."""
    for subprocess in index.each("adHocSubProcess"):
        for event in children(subprocess, "startEvent", "endEvent"):
            index.refuse(
                "event-in-adhoc",
                event,
                N_("“%(element)s” is a start or end event in an ad-hoc subprocess, which has none"),
                N_("Delete the event: the activities of an ad-hoc subprocess start and end by themselves"),
            )
        if next(children(subprocess, *sorted(ACTIVITIES)), None) is None:
            index.refuse(
                "adhoc-without-activity",
                subprocess,
                N_("The ad-hoc subprocess “%(element)s” has no activity"),
                N_("Put at least one task into it"),
            )


def check_scripts(index: FileIndex) -> None:
    """A script names its language only where there is a script."""
    for task in index.each("scriptTask", "globalScriptTask"):
        if child(task, "script") is None and attribute(
            task, "scriptFormat" if local(task) == "scriptTask" else "scriptLanguage"
        ):
            index.refuse(
                "script-missing",
                task,
                N_("“%(element)s” names the language of a script, but has no script"),
                N_("Write the script"),
            )


# Multiple instances: what they run over, and the events that their behaviour throws (BPMN 2.0.2, 10.3.8).

_PAIRS = (("loopDataInputRef", "inputDataItem", "dataInput"), ("loopDataOutputRef", "outputDataItem", "dataOutput"))
_EVENTS = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}


def check_loop_data(index: FileIndex) -> None:
    """What is looped over is a collection; an item of it is of the collection's type and none itself."""
    for loop in index.each("multiInstanceLoopCharacteristics"):
        activity = parent_of(loop)
        for reference_name, item_name, kind in _PAIRS:
            for collection in index.targets(loop, reference_name):
                _check_collection(index, activity, collection, kind)
                item = child(loop, item_name)
                if item is not None:
                    _check_item(index, collection, item)


def _check_collection(index: FileIndex, activity: Element, collection: Element, kind: str) -> None:
    inside = any(each is activity for each in collection.iterancestors())
    if local(activity) in TASKS | {"callActivity"} and not (inside and local(collection) == kind):
        index.refuse(
            "loop-data-of-another",
            activity,
            N_("The instances of “%(element)s” run over “%(data)s”, which is no %(kind)s of it"),
            N_("Choose a collection that the activity itself declares"),
            data=attribute(collection, "id"),
            kind=kind,
        )
    if not is_collection(index, collection):
        index.refuse(
            "loop-data-no-collection",
            activity,
            N_("The instances of “%(element)s” run over “%(data)s”, which is no collection"),
            N_("Mark the data as a collection"),
            data=attribute(collection, "id"),
        )


def _check_item(index: FileIndex, collection: Element, item: Element) -> None:
    whole, part = item_of(index, collection), item_of(index, item)
    if is_collection(index, item):
        index.refuse(
            "loop-item-is-collection",
            item,
            N_("“%(element)s” is one item of a collection, but is marked as a collection itself"),
            N_("Let the item refer to an item definition that is no collection"),
        )
    elif whole is not None and part is not None and attribute(whole, "structureRef") != attribute(part, "structureRef"):
        index.refuse(
            "loop-item-type",
            item,
            N_("“%(element)s” is of type %(type)s, but the items of its collection are of type %(expected)s"),
            N_("Let both refer to the same structure"),
            type=shown_item(part),
            expected=shown_item(whole),
        )


def check_behaviour(index: FileIndex) -> None:
    """A behaviour that throws events says which."""
    for loop in index.each("multiInstanceLoopCharacteristics"):
        behaviour = attribute(loop, "behavior") or "All"
        needed = _EVENTS.get(behaviour)
        if needed is not None and attribute(loop, needed) is None:
            _incomplete(index, loop, behaviour, needed)
        complex_ones = list(children(loop, "complexBehaviorDefinition"))
        if behaviour == "Complex" and not complex_ones:
            _incomplete(index, loop, behaviour, "complexBehaviorDefinition")
        for definition in complex_ones:
            if child(definition, "condition") is None:
                _incomplete(index, loop, behaviour, "condition")


def _incomplete(index: FileIndex, loop: Element, behaviour: str, needed: str) -> None:
    index.refuse(
        "loop-behaviour",
        loop,
        N_("The instances of “%(activity)s” have the behaviour %(behaviour)s, but %(needed)s is missing"),
        N_("Add %(needed)s, or choose the behaviour All"),
        activity=attribute(parent_of(loop), "name") or attribute(parent_of(loop), "id"),
        behaviour=behaviour,
        needed=needed,
    )
