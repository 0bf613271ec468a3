"""What a form says of an entry that it cannot take fits the kind of the field."""

import pytest

from workflow.model.expressions import Expression
from workflow.model.user_task import FormField, Label, UserTaskSpec
from workflow.services.casework.fields import Entry, FormRefused, FormSurroundings, read_fields

PEOPLE = ("a", "b", "c")


def refused(fields: list[FormField], entries: dict[str, Entry]) -> dict[str, str]:
    """Field id → template of what was wrong there."""
    around = FormSurroundings(variables={}, choosable={one.id: PEOPLE for one in fields})
    with pytest.raises(FormRefused) as caught:
        read_fields(UserTaskSpec(stage="s", fields=tuple(fields)), entries, around, complete=True)
    return {one.field_id: one.template for one in caught.value.problems}


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        ("text", "Enter %(label)s."),
        ("date", "Enter %(label)s."),
        ("decimal", "Enter %(label)s."),
        ("choice", "Choose %(label)s."),
        ("boolean", "Choose %(label)s."),
        ("users", "Choose %(label)s."),
    ],
)
def test_what_is_lacking_is_entered_or_chosen(kind: str, template: str) -> None:
    field = FormField(id="f", label=Label(vi="F"), kind=kind, required=True)  # type: ignore[arg-type] # one of the kinds
    assert refused([field], {}) == {"f": template}


def test_too_few_and_too_many_people_are_counted_as_people() -> None:
    few = FormField(id="few", label=Label(vi="F"), kind="users", minimum=Expression(text="2"))
    many = FormField(id="many", label=Label(vi="M"), kind="users", maximum=Expression(text="1"))
    assert refused([few, many], {"few": ["a"], "many": ["a", "b"]}) == {
        "few": "Choose at least %(bound)s people.",
        "many": "Choose at most %(bound)s people.",
    }


def test_somebody_chosen_outside_the_other_field_is_told_which_field() -> None:
    members = FormField(id="members", label=Label(vi="Thành viên", en="Members"), kind="users")
    leader = FormField(id="leader", label=Label(vi="Trưởng đoàn"), kind="users", within="members")
    around = FormSurroundings(variables={}, choosable={"members": PEOPLE, "leader": PEOPLE})
    spec = UserTaskSpec(stage="s", fields=(members, leader))
    with pytest.raises(FormRefused) as caught:
        read_fields(spec, {"members": ["a"], "leader": ["b"]}, around, complete=True)
    assert [one.params["other"] for one in caught.value.problems] == [members.label]
