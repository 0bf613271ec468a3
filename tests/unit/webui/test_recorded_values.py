"""What is recorded is told as it was recorded, but for fields whose values are fixed words."""

import pytest
from flask_babel import force_locale

from tests.support.gallery import gallery_app
from webui.auditing.words import value_name


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("state", "completed", "Đã xong"),
        ("to.state", "in_progress", "Đang làm"),
        ("", "suspended", "Tạm dừng"),
        ("result", "met", "Đạt"),
        ("demonstration", "true", "có"),
        ("statement", "closed", "closed"),
        ("name", "published", "published"),
        ("open_session.outcome", "open", "open"),
    ],
)
def test_only_a_state_or_a_result_is_put_into_words(path: str, value: str, said: str) -> None:
    with gallery_app().test_request_context(), force_locale("vi"):
        assert value_name(value, path) == said
