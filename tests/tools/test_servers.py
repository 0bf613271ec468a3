"""What the tests lean on starts on this machine. `make fresh` asks the same of a machine that has only just been set up."""

import psycopg
import pytest
from playwright.sync_api import Browser


@pytest.mark.browser
def test_the_browser_shows_a_page(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>Công nhận</h1>")

    assert page.get_by_role("heading").inner_text() == "Công nhận"
    page.close()


@pytest.mark.postgresql
def test_the_database_answers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT 'Công nhận'").fetchone() == ("Công nhận",)
