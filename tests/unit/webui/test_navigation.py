"""The navigation shows what blueprints offer and the person may see."""

from typing import Any

from flask import Flask
from flask_login import LoginManager, UserMixin, login_user

from tests.support.gallery import gallery_app
from webui.navigation import EXTENSION, NavItem, add


class Person(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    id = "1"
    display_name = "Người dùng minh họa"
    single_keys = True
    is_auditor = False


def app_with_navigation(person: Person | None) -> Flask:
    app = gallery_app()
    app.extensions[EXTENSION].clear()  # the areas' own entries have their own tests
    manager = LoginManager(app)
    manager.user_loader(lambda _: person)

    @app.get("/enter")
    def enter() -> str:
        login_user(person)
        return ""

    def is_auditor(user: Any) -> bool:
        return bool(user.is_auditor)

    add(
        app,
        [
            NavItem(endpoint="gallery.done", label="Kiểm tra, truy vết", order=20, visible=is_auditor),
            NavItem(endpoint="gallery.gallery", label="Nhiệm vụ", order=10),
            NavItem(endpoint="gallery.marks", label="Tài khoản", menu="user"),
        ],
    )
    return app


def test_a_visitor_sees_no_navigation() -> None:
    assert "Nhiệm vụ</a>" not in app_with_navigation(None).test_client().get("/gallery").text


def test_a_person_sees_what_is_theirs_and_who_they_are() -> None:
    client = app_with_navigation(Person()).test_client()
    client.get("/enter")

    page = client.get("/gallery").text

    assert 'aria-current="true">Nhiệm vụ</a>' in page
    assert "Tài khoản</a>" in page
    assert "Kiểm tra, truy vết</a>" not in page
    assert "<summary><span>Người dùng minh họa</span></summary>" in page


def test_an_entry_appears_with_the_right_to_see_it() -> None:
    person = Person()
    person.is_auditor = True
    client = app_with_navigation(person).test_client()
    client.get("/enter")

    page = client.get("/gallery").text

    assert page.index("Nhiệm vụ</a>") < page.index("Kiểm tra, truy vết</a>")


def test_a_page_without_an_entry_belongs_to_the_one_that_covers_it() -> None:
    app = app_with_navigation(Person())
    client = app.test_client()
    client.get("/enter")

    for covers, belongs in (("/elsewhere", False), ("/gallery", True)):
        app.extensions[EXTENSION] = [NavItem(endpoint="gallery.done", label="Hồ sơ", covers=covers)]
        assert ('aria-current="true">Hồ sơ</a>' in client.get("/gallery").text) is belongs
