"""Input and output sets gather what an activity, event or process declares (BPMN 2.0.2, 10.4.1)."""

from workflow.bpmn.namespaces import Element, attribute, child, children, line_of, local
from workflow.bpmn.rules.facts import Facts, parent_of, referred_id, shown_name
from workflow.errors import N_

_SIDES = (
    ("dataInput", "inputSet", "dataInputRefs", ("optionalInputRefs", "whileExecutingInputRefs")),
    ("dataOutput", "outputSet", "dataOutputRefs", ("optionalOutputRefs", "whileExecutingOutputRefs")),
)


def check_sets(facts: Facts) -> None:
    """Every input and output is in a set, and every set names only what is declared beside it."""
    for holder in _holders(facts):
        for data_name, set_name, refs, subsets in _SIDES:
            declared = {attribute(each, "id"): each for each in children(holder, data_name)}
            sets = list(children(holder, set_name))
            _check_presence(facts, holder, set_name, sets)
            named = {referred_id(each) for group in sets for each in children(group, refs)}
            for key, data in declared.items():
                if key not in named:
                    _not_in_set(facts, data, set_name)
            for group in sets:
                _check_set(facts, group, declared, refs, subsets)


def _holders(facts: Facts) -> list[Element]:
    """Where inputs and outputs are declared: specifications, and events, which have none of those."""
    events = (parent_of(each) for each in facts.each("dataInput", "dataOutput"))
    found = [*facts.each("ioSpecification"), *events]
    return list(dict.fromkeys(found))


def _check_presence(facts: Facts, holder: Element, set_name: str, sets: list[Element]) -> None:
    if holder.tag.endswith("}ioSpecification") and not sets:
        facts.refuse(
            "set-missing",
            holder,
            N_("The inputs and outputs of “%(holder)s” have no %(set)s"),
            N_("Add a %(set)s; it may be empty"),
            holder=shown_name(parent_of(holder)),
            set=set_name,
        )


def _not_in_set(facts: Facts, data: Element, set_name: str) -> None:
    facts.refuse(
        "data-in-no-set",
        data,
        N_("“%(element)s” is in no %(set)s"),
        N_("Name it in an %(set)s beside it, or delete it"),
        set=set_name,
    )


def _check_set(
    facts: Facts, group: Element, declared: dict[str | None, Element], refs: str, subsets: tuple[str, ...]
) -> None:
    members = dict.fromkeys(referred_id(each) for each in children(group, refs))
    for key in members:
        if key not in declared:
            facts.refuse(
                "set-of-undeclared",
                group,
                N_("“%(holder)s” gathers “%(data)s”, which is not declared beside it"),
                N_("Name only data that is declared in the same place"),
                holder=_holder(group),
                data=key,
            )
    for name in subsets:
        for key in (referred_id(each) for each in children(group, name)):
            if key not in members:
                facts.refuse(
                    "set-subset",
                    group,
                    N_("%(list)s of “%(holder)s” names “%(data)s”, which is not among the %(refs)s of the same set"),
                    N_("Name it among the %(refs)s too"),
                    holder=_holder(group),
                    data=key,
                    refs=refs,
                    list=name,
                )


def _holder(group: Element) -> str:
    parent = parent_of(group)
    return shown_name(parent_of(parent) if child(parent, "inputSet") is not None else parent)


def check_set_pairs(facts: Facts) -> None:
    """An input set that names output sets is named by them, and the other way round."""
    backs = {"inputSet": "outputSetRefs", "outputSet": "inputSetRefs"}
    named = {
        (group, target)
        for name, forward in backs.items()
        for group in facts.each(name)
        for target in facts.targets(group, forward)
    }
    for group, target in sorted(named, key=lambda pair: (line_of(pair[1]) or 0, shown_name(pair[1]))):
        if (target, group) not in named:
            facts.refuse(
                "set-pair",
                target,
                N_("“%(other)s” names “%(element)s”, which does not name it in %(back)s"),
                N_("Name each other in both sets, or in neither"),
                other=shown_name(group),
                back=backs.get(local(target), "-"),
            )
