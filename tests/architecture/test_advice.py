"""Whatever a finding about a diagram advises can be done in the editor: every such sentence has a place where somebody clicks.

A place is a field of the properties panel (`field:ADDRESS`), an entry of the drawing's own menus (`menu:NAME`), something that the panel's
list of everything shows under its name in the file (`tree:NAME`), or another page of the draft (`page:FUNCTION`). Browser tests use one of each.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflow.bpmn.elements import ELEMENTS

ROOT = Path(__file__).parents[2]
ROOMS = ("workflow/bpmn", "workflow/model/validation", "workflow/soundness", "workflow/packages/checks")
PANEL = (ROOT / "webui/templates/components/modeler_panel.html").read_text(encoding="utf-8")
MENUS = json.loads((ROOT / "frontend/i18n/bpmn-js.vi.json").read_text(encoding="utf-8"))
DRAFTS = (ROOT / "webui/procedures/drafts.py").read_text(encoding="utf-8")
OWN = json.loads((ROOT / "frontend/moddle/congnhan.json").read_text(encoding="utf-8"))["types"]

VERBS = frozenset(
    [
        "Add",
        "Attach",
        "Begin",
        "Call",
        "Change",
        "Choose",
        "Connect",
        "Copy",
        "Correct",
        "Delete",
        "Draw",
        "Enter",
        "Fill",
        "Give",
        "Join",
        "Keep",
        "Lead",
        "Let",
        "Lower",
        "Make",
        "Mark",
        "Move",
        "Name",
        "Open",
        "Put",
        "Remove",
        "Replace",
        "Save",
        "Set",
        "Start",
        "Tick",
        "Upload",
        "Use",
        "Write",
    ]
)
CALLS = frozenset({"error", "warning", "refuse", "remark"})

WHERE: dict[str, list[str]] = {
    "menu:Connect to other element": [
        "Add the missing flow, or delete the gateway",
        "Connect it to the next step, or make it an end event",
        "Connect it to the next step or to an end event.",
        "Draw it between a conversation and a pool",
        "Draw it between pools, activities and message events",
        "Draw it from data to an input of the activity, or from an output of it to data that it can see",
        "Draw one association for each source",
        "Draw the connection again to an element of the right kind",
        "Draw the connection again, or delete it",
        "Draw the flow again in the modeler",
        "Lead a flow from it to what is to happen then",
        "Lead a flow to it, or make it a start event",
        "Lead a sequence flow to it, or delete it.",
        "Lead a way from there to an end event, with a condition that can be true.",
        "Lead a way from there to an end event.",
        "Lead as many tokens to it as its start quantity asks for, or lower that.",
        "Lead it to each of the events that it waits for",
        "Lead message flows from events that throw to events that catch",
        "Lead the flow to the step after it.",
        "Lead the other flows to the step after it",
        "Use a sequence flow within a pool, or move one end to another pool",
    ],
    "menu:Connect using association": [
        "Delete the flow; an association leads from the event to the activity that undoes",
        "Draw an association from the event to one compensation activity in the same process or subprocess",
        "Draw an association to it from a compensation event on the activity that it undoes",
        "Give it a source and a target, or leave it as a drawing: expressions read the data by name",
    ],
    "menu:Delete": [
        "Delete it, or lead both ways from one start event.",
        "Delete it, or make the global conversation a collaboration",
        "Delete one of the two, unless the next step is to be done twice",
        "Delete one of them.",
        "Delete the boundary event; put its event behind the gateway instead",
        "Delete the event: the activities of an ad-hoc subprocess start and end by themselves",
        "Delete the flow, or make it an intermediate event.",
        "Delete the flow, or make it an ordinary subprocess",
        "Delete the flow, or make the receive task an ordinary one",
        "Delete the flow: it runs only when another activity is undone",
        "Delete the flow: the link itself leads on to the catch event of its name",
        "Keep one pool for each process",
        "Keep one start event; use another event subprocess for another trigger",
        "Correct the conditions or the gateway before it, or delete it.",
    ],
    "menu:Change element": [
        "Change it into a user task and choose the role that does it, or delete it",
        "Change it into a user task if somebody is to confirm it here",
        "Choose another trigger (%(allowed)s), or another kind of event",
        "Choose another trigger for the event, or another kind of event",
        "Choose a trigger: a message, timer, condition, signal, error, escalation or compensation",
        "Choose what the event waits for, such as a timer or a message",
        "Delete the trigger",
        "Draw it again in the modeler where it belongs",
        "Draw the element again in the modeler",
        "Join these ways before it, with the same kind of gateway as the one that split.",
        "Join with the same kind of gateway as the one that split, so that it waits only for what can come.",
        "Replace %(element)s by a supported element; nothing in a process is ignored when it runs",
        "Start with a none start event or a message; a timer, signal or condition may start an event subprocess",
        "Use message events only, or receive tasks only",
        "Use an event or a call activity between them: a sequence flow stays within one process or subprocess",
        "Use one event for the link and another for the rest",
    ],
    "menu:Transaction": [
        "Make the activity a transaction, or choose another event",
        "Put it into a transaction, or choose another end event",
    ],
    "menu:Cancel boundary event": [
        "Attach a cancel event to the transaction and lead a flow from it to what is to happen then"
    ],
    "menu:Compensation boundary event": [
        "Attach a compensation event to the activity and lead an association to what undoes it"
    ],
    "menu:Create task": ["Put at least one task into it", "Put steps into it, or delete it."],
    "menu:Create expanded sub-process": ["Move parts of it into subprocesses: each is looked at by itself."],
    "menu:Create start event": ["Add a start event and connect it to the first step."],
    "menu:Create end event": ["Add an end event after the last step."],
    "menu:Create gateway": [
        "Delete the condition, or put an exclusive gateway after the event",
        "Put an exclusive gateway before it, or delete the condition.",
        "Write the name itself; where it depends on data, lead to one element for each case by an exclusive gateway",
    ],
    "menu:Create intermediate/boundary event": [
        "Put a catch event (message, signal, timer, condition) or a receive task behind the gateway",
        "Add a link catch event of the same name in the same process or subprocess",
        "Add a link throw event of the same name in the same process or subprocess",
    ],
    "menu:Create pool/participant": ["Draw a process in the modeler"],
    "menu:Create data object reference": [
        "Use a data object, or a service task that reads and writes the store",
        "Use data objects or properties; the subprocess sees those of the process around it",
    ],
    "menu:Activate lasso tool": [
        "Move it to the top level, or delete the attribute instantiate",
        "Move it to the top level, or make it an ordinary one",
        "Move it wholly into one lane",
        "Move the data object to where both can see it, or use one of its own",
        "Move the node into the lane's own process",
    ],
    "field:id": [
        "Give each user task of the package an id of its own",
        "Give every element an id of its own",
        "Give it an id that begins with a letter or underscore and is no word of FEEL, such as and or not",
    ],
    "field:name": [
        "Call it “%(object)s [%(state)s]”",
        "Name the end event as the result that the unit is told, such as “Công nhận”",
        "Name the end event that follows as the result that the unit is told",
    ],
    "field:cn:nameEn": ["Add the attribute cn:nameEn"],
    "field:cn:Task/labelEn": ["Add the attributes that end in En"],
    "field:process>isExecutable": [
        "Tick “Executable” in the properties of the process",
        "Make it private, or not executable",
    ],
    "field:conditionExpression()": [
        "Change one condition so that only one of them can be true.",
        "Correct the expression in the properties of the element",
        "Delete the condition, or choose another default.",
        "Delete the condition: which event happens first decides",
        "Write an expression or delete it",
        "Write an expression that is true or false, such as a comparison",
        "Write it in FEEL, with = before it in an attribute",
        "Write the expression, or delete it",
        'Add xsi:type="tFormalExpression" to %(expression)s, or enter it again in the modeler',
        "Name one of its outcomes: %(known)s",
        "Correct the name, or fill the variable before this point",
    ],
    "field:default-flow": [
        "Add a default flow for the other case, or delete the condition.",
        "Choose one of its outgoing flows as the default.",
        "Delete the default, or use an exclusive or inclusive gateway",
        "Make one of its flows the default, or write a condition for this case.",
        "Write a condition, or make it the default flow.",
    ],
    "field:conditional>condition()": ["Write a condition in FEEL"],
    "field:timer": [
        "Enter a duration such as P3D or WT5D, a date, or an expression that starts with =",
        "Write a duration such as P3D or WT5D, a date such as 2023-02-15, a cycle such as R3/P1D, or =expression",
    ],
    "field:choose-message": ["Choose the message of the event", "Give the event a message, or delete the message flow"],
    "field:choose-error": ["Choose an error and give it a code"],
    "field:choose-escalation": ["Choose an escalation and give it a code"],
    "field:link>name": ["Give both ends of the link the same name", "Give one of the two pairs another name"],
    "field:cancelActivity": ["Make the boundary event interrupting"],
    "field:isInterrupting": ["Make the event interrupting", "Delete the attribute isInterrupting"],
    "field:repeats": ["Choose either a loop or multiple instances"],
    "field:instances>camunda:collection": [
        "Enter camunda:collection, or a loopCardinality",
        "Fill in one of the two.",
        "Fill in the collection, or delete the variable.",
    ],
    "field:instances>loopCardinality()": ["Write a whole number from 0, or an expression that gives one"],
    "field:instances>behavior": ["Add %(needed)s, or choose the behaviour All"],
    "field:instances>cn:outputCollection": ["Enter both or neither"],
    "field:isForCompensation": ["Mark it as a compensation activity"],
    "field:data>name": [
        "Give each a name of its own",
        "Give the %(element)s a name of letters, digits and underscores",
    ],
    "field:data>isCollection": ["Mark the data as a collection", "Give isCollection the same value in both"],
    "field:data-type": ["Choose an element of the right kind"],
    "field:instantiate": [
        "Make it exclusive, or let it start the process",
        "Delete the flow, or the attribute instantiate",
    ],
    "field:camunda:topic": [
        "Choose a message, or set camunda:topic to the name of a handler",
        "Delete %(attribute)s and enter what does the work here: a topic (the name of a handler), a decision or a message",
        "Set camunda:topic to one of %(known)s",
        'Set camunda:type="external" and camunda:topic to the name of a handler',
    ],
    "field:camunda:decisionRef": ["Set camunda:decisionRef to one of %(known)s"],
    "field:camunda:resultVariable": [
        "Begin with a letter or underscore, and choose no word of FEEL, such as and or not",
        "Enter %(attribute)s in the element's properties",
    ],
    "field:calledElement": ["Set calledElement to one of %(known)s"],
    "field:script": [
        "Delete %(attribute)s and write the script into the task, in FEEL",
        "Write a FEEL expression",
        "Write the script",
    ],
    "field:scriptFormat": ['Set scriptFormat="feel", write a FEEL expression, and name the variable for the result'],
    "field:camunda:formKey": ["Delete %(attribute)s and enter the fields in the task's properties"],
    "field:isImmediate": ["Delete the attribute isImmediate, or draw what happens in between"],
    "field:gatewayDirection": ["Delete the attribute gatewayDirection, or connect the gateway as it says"],
    "field:camunda:candidateGroups": [
        "Choose the role that does it.",
        "Name another role or another organisation, or correct the role's body in procedure.toml",
        "Add it to [[roles]], or name one of %(known)s",
    ],
    "field:cn:Task/jurisdiction": [
        "Add the organisation, or give the task to a body that there is",
        "Write subject or one of %(known)s, or add the organisation first",
        "Write subject, or a kind of body and a level such as steering-committee@commune",
    ],
    "field:cn:Task/stage": ["Add it to [[stages]], or name one of %(known)s", "Choose its stage"],
    "field:cn:Task/criteriaSet": [
        "Choose a criteria set, or delete what concerns criteria.",
        "Set criteriaSet to one of %(known)s",
    ],
    "field:cn:Task/completeness": [
        "Choose what every criterion needs",
        "Let every criterion need a result, unless that is meant",
    ],
    "field:cn:Task/compareWith": ["Choose a user task of this process."],
    "field:cn:Task/answerWithin": ["Write from WT1D to WT30D, or none where the unit is to be asked nothing"],
    "field:camunda:priority": ["Write a number from 0 to 100"],
    "outcome:id": ["Add at least one outcome.", "Give each an id of its own.", "Give each an id of its own"],
    "outcome:complete": ["Let the outcome need a complete assessment, or say that it goes back"],
}


WHERE |= {
    "tree:completionQuantity": ["Enter 1 or more, or delete the attribute"],
    "tree:loopMaximum": ["Write a whole number from 1 to %(most)s, or delete the attribute"],
    "tree:loopDataInputRef": ["Choose a collection that the activity itself declares", "Keep one of them"],
    "tree:itemSubjectRef": [
        "Let both refer to the same item definition",
        "Let the item refer to an item definition that is no collection",
        "Use the same item definition at both ends, or add a transformation",
    ],
    "tree:structureRef": ["Let both refer to the same structure"],
    "tree:inputSet": [
        "Add a %(set)s; it may be empty",
        "Name each other in both sets, or in neither",
        "Name it among the %(refs)s too",
        "Name it in an %(set)s beside it, or delete it",
        "Name only data that is declared in the same place",
    ],
    "tree:dataInput": [
        "Give the call activity the same inputs and outputs as what it calls",
        "Give the event one %(name)s for each of its event definitions, of the same item definition",
        "Keep exactly one %(name)s",
    ],
    "tree:assignment": ["Fill in both from and to", "Write %(variable)s into the element to"],
    "tree:property": ["Make it a property of the process or subprocess, or delete it"],
    "tree:ioBinding": ["Add an ioBinding for the operation, or do not offer the interface"],
    "tree:operationRef": ["Add operationRef to the event, or delete the message's itemRef and the interfaces of the file"],
    "tree:correlationPropertyRetrievalExpression": ["Enter messageRef and messagePath"],
    "tree:correlationKey": ["Use one correlation key with one property for each message"],
    "tree:participantMultiplicity": ["Enter a minimum from 0 and a maximum from 1 that is no smaller"],
    "tree:resource": [
        "Add resourceRef, or delete resourceParameterBinding",
        "Keep either resourceRef or resourceAssignmentExpression",
    ],
    "tree:documentation": ["Delete the attribute textFormat"],
    "tree:language": [
        "Delete the attribute, or write the URI of the language",
        "Remove the attribute language and write the expression in FEEL",
    ],
    "tree:eventDefinitionRef": ["Copy the event definition into the event, or move it to the top of the file"],
    "tree:extension": [
        "Delete the extension, or express it with what the reference lists for %(parent)s",
        "Delete the element, or put it into extensionElements",
        "Delete them: the activity reads and writes the variables around it by name",
    ],
    "tree:name": [
        "Choose one of %(choices)s",
        "Delete choreographyRef",
        "Delete the attribute %(attribute)s; it would have no effect",
        "Remove the attribute, so that its default holds",
        "Write one of %(known)s, or delete the attribute",
        "Write true or false",
    ],
    "tree:cn:Field": [
        "Add the choices, or set kind=\"choice\"",
        "Name a field of kind \"users\" that stands on this task",
        "Name a field of kind text or longtext.",
        "Name a field of kind users.",
        "Write a number, a date as 2023-02-15, or an expression that starts with =",
    ],
    "tree:cn:Quorum": [
        "Name both the field of the signer and the task that the session leads to, or neither.",
        "Write a fraction such as 2/3",
    ],
    "page:edit_text": [
        "Add it to [[deadlines]], or name one of %(known)s",
        "Correct the name of the decision's input, or fill the variable before this point",
        "Correct the rule, or add the criteria set; there are %(known)s",
        "Delete the DOCTYPE line and what it declares",
        "Delete the line that starts with <?%(target)s",
    ],
    "page:put_file": ["Upload a file whose root element is definitions in the namespace of BPMN 2.0", "Open the file in a BPMN modeler and save it again", "Save the file as UTF-8"],
    "page:remove_file": ["Put the procedure right; or, where the new way is meant, save the run anew or remove the test",
        "Make the test or the procedure smaller", "Remove those that show the same", "Save the run anew, or remove the file"],
}  # fmt: skip


def advised() -> Iterator[tuple[str, bool]]:
    """Each sentence that can be advice, and whether it stands where only advice stands."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    yield from ((text, True) for text in _in_its_place(node))
                    yield from ((text, False) for text in _sentences(node) if text.split(" ")[0] in VERBS)


def _in_its_place(call: ast.Call) -> list[str]:
    """What follows the message in a call that reports, or is given by name."""
    named = [text for word in call.keywords if word.arg == "advice" for text in _under(word.value)]
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    told = [argument for argument in call.args if _under(argument)]
    return named + (_under(told[-1]) if name in CALLS and len(told) > 1 else [])


def _under(node: ast.AST) -> list[str]:
    return [text for one in ast.walk(node) if isinstance(one, ast.Call) for text in _sentences(one)]


def _sentences(call: ast.Call) -> list[str]:
    first = call.args[0] if call.args else None
    marked = isinstance(call.func, ast.Name) and call.func.id == "N_"
    return [first.value] if marked and isinstance(first, ast.Constant) and isinstance(first.value, str) else []


PLACED = {sentence for sentences in WHERE.values() for sentence in sentences}


def test_every_sentence_that_advises_something_has_a_place_where_it_is_done() -> None:
    found = {text for text, _ in advised()}
    assert sorted(found - PLACED) == []
    assert sorted(PLACED - found) == []


def test_what_stands_in_the_place_of_advice_begins_with_what_to_do() -> None:
    assert sorted({text for text, surely in advised() if surely and text.split(" ")[0] not in VERBS}) == []


@pytest.mark.parametrize("place", sorted(WHERE))
def test_the_place_is_there(place: str) -> None:
    kind, _, name = place.partition(":")
    known = {
        "menu": name in MENUS,
        "field": f'"{name}"' in PANEL
        or (name.startswith("choose-") and f'_named("{name[7:]}"' in PANEL)
        or _is_foreign(name),
        "outcome": f'_of_outcome("{name}"' in PANEL,
        "tree": "{{ _tree() }}" in PANEL and (name in ELEMENTS or _is_attribute(name) or _is_own(name)),
        "page": f"def {name}(" in DRAFTS,
    }
    assert known[kind]


def _is_foreign(name: str) -> bool:
    return f'"{name.removeprefix("camunda:")}"' in PANEL and '"camunda:" ~ name' in PANEL


def _is_attribute(name: str) -> bool:
    return any(name in rule.attributes for rule in ELEMENTS.values())


def _is_own(name: str) -> bool:
    return name.startswith("cn:") and any(one["name"] == name[3:] for one in OWN)
