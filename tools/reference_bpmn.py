"""The page about BPMN: every element and attribute, whether it runs, and the files of the corpus that show it."""

from collections.abc import Iterator

from tools.bpmn_clauses import rows as clause_rows
from tools.bpmn_notes import ATTRIBUTES, ELEMENTS_OF_BPMN, SECTIONS, WITHOUT_EFFECT
from tools.bpmn_scan import CORPUS, KINDS, PERMITTED, PLACES, links, shown
from tools.reference import ROOT, code, table
from workflow.bpmn.elements import CAMUNDA_DEFAULTS, CAMUNDA_WITHOUT_EFFECT, ELEMENTS, ElementRule

PATH = "docs/reference/bpmn.md"
_DISPLAY = "Shown to readers"
_KIND_NAMES = {"none": "–", "compensate": "compensation", "parallel": "parallel multiple"}
_NEVER_THERE = frozenset({"id"})


def page() -> str:
    """The whole page."""
    missing = sorted({*_missing_notes(), *_missing_elements(), *_missing_attributes(), *_missing_events()})
    if missing:
        raise SystemExit("tools/bpmn_notes.py or the corpus lacks: " + ", ".join(missing))
    count = sum(path.parent.name != "refused" for path in CORPUS.rglob("*.bpmn"))
    refused = len(list((CORPUS / "refused").glob("*.bpmn")))
    opening = _OPENING.format(count=count, refused=refused)
    return "\n\n".join([opening, *_events(), *_elements(), *_attributes(), *_rest(), *_clauses(), _DISPUTED]) + "\n"


def _missing_notes() -> Iterator[str]:
    noted = {name for section in SECTIONS.values() for name in section}
    with_effect = {name for name, rule in ELEMENTS.items() if rule.effect}
    yield from (f"a note on {name}" for name in with_effect - noted)
    yield from (f"no such element as {name}" for name in noted - with_effect)
    yield from (f"{name} among the elements of BPMN" for name in ELEMENTS.keys() - ELEMENTS_OF_BPMN)


def _missing_elements() -> Iterator[str]:
    yield from (
        f"a file with {name}" for name, rule in ELEMENTS.items() if rule.effect and ("element", name) not in shown()
    )


def _missing_attributes() -> Iterator[str]:
    for name, elements in _attribute_places().items():
        if name not in ATTRIBUTES:
            yield f"a note on the attribute {name} of {elements[0]}"
        elif not _attribute_files(name, elements):
            yield f"a file with the attribute {name} of {elements[0]}"


def _missing_events() -> Iterator[str]:
    for place, kinds in PERMITTED.items():
        yield from (f"a file with {kind} at {place}" for kind in kinds if ("event", place, kind) not in shown())


def _events() -> Iterator[str]:
    yield (
        "## Events at their places\n\n"
        "One file for each kind of event at each place where the standard permits it (BPMN 2.0.2, table 10.93). An empty cell is refused."
    )
    rows = []
    for kind in KINDS:
        cells = [_event_link(place, kind) if kind in PERMITTED[place] else "" for place in PLACES]
        rows.append((_KIND_NAMES.get(kind, kind), *cells))
    yield table(("", *PLACES.values()), rows)


def _event_link(place: str, kind: str) -> str:
    files = shown()["event", place, kind]
    named = [path for path in files if _speaks_of(path.stem, place, kind)]
    path = (named or files)[0]
    return f"[shown](../../{path.relative_to(ROOT).as_posix()})"


def _speaks_of(stem: str, place: str, kind: str) -> bool:
    words = {"interrupting": "event-subprocess", "beside": "event-subprocess", "boundary-beside": "boundary"}
    kinds = {"compensate": "compensation", "parallel": "parallel-multiple"}
    return stem.startswith(words.get(place, place)) and kinds.get(kind, kind) in stem


def _elements() -> Iterator[str]:
    for title, notes in SECTIONS.items():
        state = "shown" if title == _DISPLAY else "runs"
        yield f"## {title}"
        rows = [(code(name), state, note, links(shown()["element", name])) for name, note in notes.items()]
        yield table(("Element", "State", "Here", "Shown by"), rows)


def _attribute_places() -> dict[str, list[str]]:
    """Attribute → the elements with an effect on which it is read."""
    found: dict[str, list[str]] = {}
    for element, rule in ELEMENTS.items():
        if rule.effect:
            for name in sorted(_read(rule) - WITHOUT_EFFECT - _NEVER_THERE):
                found.setdefault(name, []).append(element)
    return dict(sorted(found.items()))


def _read(rule: ElementRule) -> frozenset[str]:
    return rule.attributes | rule.camunda | rule.cn


def _attribute_files(name: str, elements: list[str]) -> str:
    paths = [
        path
        for element in elements
        for prefix in ("", "camunda:", "cn:")
        for path in shown().get(("attribute", element, prefix + name), [])
    ]
    return links(sorted(set(paths), key=lambda path: (path.stat().st_size, path))) if paths else ""


def _attributes() -> Iterator[str]:
    yield "## Attributes that are read\n\nEvery element may have an `id`. Prefixes: [extensions](bpmn-extensions.md)."
    rows = [
        (code(_prefixed(name)), _on(elements), ATTRIBUTES[name], _attribute_files(name, elements))
        for name, elements in _attribute_places().items()
    ]
    yield table(("Attribute", "Of", "Here", "Shown by"), rows)
    fixed = [
        (code(name), code(attribute), ", ".join(code(value) for value in sorted(values)))
        for name, rule in ELEMENTS.items()
        for attribute, values in sorted(rule.fixed.items())
    ]
    fixed += [("any", code(f"camunda:{name}"), ", ".join(map(code, sorted(v)))) for name, v in CAMUNDA_DEFAULTS.items()]
    yield "## Attributes with one value only\n\nAny other value is refused: it would change what happens."
    yield table(("Element", "Attribute", "Values"), fixed)


def _prefixed(name: str) -> str:
    rules = [rule for rule in ELEMENTS.values() if rule.effect]
    if any(name in rule.attributes for rule in rules):
        return name
    return f"camunda:{name}" if any(name in rule.camunda for rule in rules) else f"cn:{name}"


def _on(elements: list[str]) -> str:
    if len(elements) > 4:
        return f"{', '.join(map(code, elements[:3]))} and {len(elements) - 3} more"
    return ", ".join(map(code, elements))


def _rest() -> Iterator[str]:
    inert = [name for name, rule in ELEMENTS.items() if not rule.effect]
    yield "## Accepted without effect\n\nThe standard gives them no effect on a run, or none where a run is private to one engine."
    rows = [(code(name), links(shown().get(("element", name), []))) for name in sorted(inert)]
    yield table(("Element", "Shown by"), rows)
    names = [*sorted(WITHOUT_EFFECT), *(f"camunda:{name}" for name in sorted(CAMUNDA_WITHOUT_EFFECT))]
    yield f"Attributes without effect: {', '.join(map(code, names))}. `extensionElements` may hold what [extensions](bpmn-extensions.md) lists."
    others = sorted(ELEMENTS_OF_BPMN - ELEMENTS.keys() - {"extensionElements"})
    yield (
        "## Refused\n\nEvery other element of BPMN 2.0.2, with its id and line, before anything runs:\n"
        f"{', '.join(map(code, others))}."
    )
    files = [
        f"- [{path.stem}](../../{path.relative_to(ROOT).as_posix()})"
        for path in sorted((CORPUS / "refused").glob("*.bpmn"))
    ]
    yield "Files that break a rule, each refused at the element that breaks it:\n\n" + "\n".join(files)


def _clauses() -> Iterator[str]:
    yield (
        "## Rules on a file\n\nWhat the standard says must hold, of what a file can break, and the rules that say where it does not. "
        "What is refused because it is not supported stands above."
    )
    yield table(("Clause (BPMN 2.0.2)", "What is asked", "Rules"), clause_rows())
    yield _CLAUSES


_OPENING = """# BPMN: what runs, and what shows it

Made by `python -m tools.reference bpmn` from the element table and the corpus of BPMN files; a test keeps it up to date. An element or
attribute without a file that shows it cannot get in. Each of the {count} files that run and {refused} that are refused says in its first
comment what the standard asks for, and a [test](../../tests/conformance/test_corpus.py) holds the engine to it, also with the state saved
and reloaded between any two commands.

What is written where: [BPMN and its extensions](bpmn-extensions.md). Why it runs so: [semantics](../explanation/bpmn-semantics.md).

| State | Meaning |
| --- | --- |
| runs | does what the standard says |
| shown | read, and shown on pages; no effect on a run |
| no effect | accepted; the standard gives it no effect on a run |
| refused | the file cannot be published or simulated: rule, element, line, and what to do |"""

_CLAUSES = """Clauses and tables are those of formal/2013-12-09. They were compared with two public accounts that give clause, table and page; the document itself
was not at hand. ¹ A span of clauses, or a sentence that neither account repeats: from memory."""

_DISPUTED = """## Disputed tests

Of the execution tests of betsy (77) one is disputed, `MultiInstance_ComplexBehavior`; 76 pass. It has a multi-instance activity of three
instances with behavior `Complex`, whose condition holds when the first is done, and an interrupting signal event on its boundary. The
test expects the two remaining instances to be cancelled, the token of the boundary event, *and* the token of normal completion.

- **The behavior ends nothing.** BPMN 2.0.2, 10.3.8 says of `behavior` only when an instance's end throws an event: never (`All`), always
  (`None`), the first time (`One`), or when a condition holds (`Complex`). 13.3.7 says the same of what happens at run time.
- **What ends the remaining instances is the `completionCondition`**, in the same chapters. The file has none.
- **Both tokens cannot be.** An activity that an interrupting event ends is cancelled and produces no token (13.3.2, 13.5.3). One that
  completes normally was not cancelled.

So all three instances run, the event is thrown once, and both paths are taken because these throws do not cancel their own loop
([why](../explanation/bpmn-semantics.md#what-the-end-of-an-instance-throws)).

Tests that pass by a reading which the standard leaves open: `MultiInstance_NoneBehavior` and
`WCP12_MultipleInstancesWithoutSynchronization` (a boundary event does not cancel the loop that throws it),
`Timer_IntermediateTimeCycleEvent` (a token at each time of the cycle), and the four tests in which a signal is thrown beside the event that
catches it (`Multiple_…`: what a split reaches is armed before anything is thrown).

**How often a handler on the boundary of a repeated activity runs.** The standard says two things, as far as public
accounts of it and memory go (the document was not at hand). 10.7.2 says of subprocesses that triggering compensation
for a multi-instance one triggers it for all its instances, and that a handler on the boundary is invoked once for each of them, too. 13.5.5 says of
activities in general that the associated compensation activity is triggered once and undoes what all instances did. The particular goes before the
general: on a **subprocess** that repeats (several instances or a loop), the handler runs once for each instance that completed, on a **task** or call
activity once for the whole. Where the whole did not complete, nothing is undone (13.3.7). A compensation event subprocess inside, with the data of its
instance, runs once for each in any case, and so do the handlers of activities inside."""
