"""A task's form: nothing is chosen beforehand, and what need not be chosen can be unchosen again."""

from typing import Any

import pytest
from wtforms import Form

from tests.support.gallery import gallery_app
from webui.casework.answers import MAKERS
from workflow.model.expressions import Expression
from workflow.model.user_task import FormField, Label
from workflow.services.casework.task_view import FieldView

CHOOSING: dict[str, dict[str, Any]] = {
    "boolean": {},
    "choice": {"choices": (("a", Label(vi="Một", en="One")), ("b", Label(vi="Hai", en="Two")))},
    "users": {"maximum": Expression(text="1")},
}


@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
@pytest.mark.parametrize("kind", CHOOSING)
def test_one_of_several_can_be_unchosen_where_it_need_not_be_chosen(kind: Any, required: bool) -> None:
    field = FormField(id="x", kind=kind, label=Label(vi="Nhãn", en="Label"), required=required, **CHOOSING[kind])
    item = FieldView(field=field, entry=None, people=[("u1", "Người thử")])

    with gallery_app().test_request_context():
        form = type("Answers", (Form,), {"x": MAKERS[kind](item, "Nhãn", "")})()
        offered = [(option.data, option.checked) for option in form["x"]]

    assert not any(checked for _, checked in offered), "nothing is chosen beforehand"
    assert ("" in [value for value, _ in offered]) is not required
    assert offered[0][0] != "", "what says none stands last"
