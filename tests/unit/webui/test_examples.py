"""The page of examples: there for who builds pages, and nowhere else."""

from types import SimpleNamespace

import pytest

from webui.app import create_app
from webui.settings import WebSettings


@pytest.mark.parametrize(("examples", "status"), [(True, 200), (False, 404)])
def test_the_page_of_examples_is_there_in_development_only(examples: bool, status: int) -> None:
    app = create_app(SimpleNamespace(), WebSettings(secret_key="k" * 40, examples=examples), testing=True)
    assert app.test_client().get("/mau").status_code == status
