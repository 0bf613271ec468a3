"""Every kind of field can be read, and what a trial suggests for it is something that the application would accept."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.test_random_walks import TEXTS
from workflow.model.user_task import FIELD_KINDS, FieldKind, FormField, Label, UserTaskSpec
from workflow.services.casework.fields import READERS, FormSurroundings, read_value
from workflow.services.trials.entries import read_entries, suggested

NOW = datetime(2025, 7, 31, 3, 0, tzinfo=UTC)


def of_kind(kind: FieldKind) -> FormField:
    return FormField(id="it", kind=kind, label=Label(vi="Nó"), required=True, choices=(("first", Label(vi="Một")),))


def test_every_kind_has_a_reader_and_a_text_that_walks_enter() -> None:
    assert set(READERS) == set(FIELD_KINDS)
    assert set(TEXTS) | {"boolean", "choice", "users"} == set(FIELD_KINDS)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_what_is_suggested_for_a_compulsory_field_is_accepted(kind: FieldKind) -> None:
    spec, item = UserTaskSpec(fields=(of_kind(kind),)), of_kind(kind)

    text = suggested(spec, NOW)["it"]

    assert read_entries(spec, {"it": text})["it"] not in (None, [], "")
    if kind != "users":  # whom one may choose is not the field's own matter
        assert read_value(item, text, FormSurroundings(variables={}, choosable={})) is not None
