"""People at the web application without a browser: pages are read, forms are filled in and sent as a browser would."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

Values = Mapping[str, "str | Iterable[str] | tuple[BytesIO, str]"]


KEPT = "/giu-lai/"


class Browser(FlaskClient):
    """Goes on to where a refused form is shown, and leaves every other redirect to the test."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        answer = super().open(*args, **more)
        if answer.status_code != 303 or not (answer.location or "").startswith(KEPT) or answer.location == KEPT:
            return answer
        return super().open(answer.location, base_url=more.get("base_url"))


@dataclass(kw_only=True)
class Person:
    """One window of one person. `page` is the last page; `status` its HTTP status."""

    client: FlaskClient
    page: Any = None
    status: int = 0
    address: str = "/"
    response: TestResponse | None = field(default=None, repr=False)

    @classmethod
    def at(cls, app: Flask) -> "Person":
        """Somebody who has just opened a browser."""
        return cls(client=app.test_client())

    def another_window(self) -> "Person":
        """The same browser, another window: the cookies are shared."""
        return Person(client=self.client)

    def open(self, address: str, status: int = 200) -> "Person":
        """Go to a page; redirects are followed."""
        return self._take(self.client.get(address, follow_redirects=True), status)

    def sign_in(self, login: str, password: str) -> "Person":
        """Sign in from wherever one is, with the code that a demonstration shows where one is asked for."""
        self.open("/dang-nhap").send("/dang-nhap", {"login": login, "password": password})
        shown = self.page.xpath("string(//*[@id='demonstration-code'])") if self.page is not None else ""
        return self.send("/dang-nhap/ma", {"code": shown}) if self.address == "/dang-nhap/ma" else self

    def in_language(self, language: str, status: int = 200) -> "Person":
        """Read on in that language, by the button at the head of the present page."""
        if self.page.get("lang") == language:
            return self
        return self.send(f"/ngon-ngu/{language}", status=status)

    def send(self, action: str, values: Values | None = None, button: str | None = None, status: int = 200) -> "Person":
        """Fill in the form of the present page whose address ends with `action` and send it, by the button with that text."""
        forms = self.page.forms
        if action == self.address and action.startswith(
            KEPT
        ):  # a form that is shown again is sent where it was sent before
            forms, action = self.page.xpath("//main//form[@method='post'][not(contains(@action, '/giu-lai/'))]"), ""
        form = next((one for one in forms if str(one.action).partition("?")[0].endswith(action)), None)
        assert form is not None, f"{self.address}: no form to {action}, only {[one.action for one in self.page.forms]}"
        return self.post(form.action, self.filled(form, values or {}, button), status)

    def press(self, ending: str, status: int = 200) -> "Person":
        """Press the button of the present page that sends its form to an address of its own, which ends so."""
        found = [
            one for one in self.page.xpath("//button[@formaction]") if _path(one.get("formaction")).endswith(ending)
        ]
        assert found, f"{self.address}: no button to {ending}"
        form = self.page.get_element_by_id(found[0].get("form"))
        named = {found[0].get("name"): found[0].get("value")} if found[0].get("name") else {}
        return self.post(found[0].get("formaction"), {**self.filled(form, {}), **named}, status)

    def post(self, address: str, data: Mapping[str, Any], status: int = 200) -> "Person":
        """Send data as they are."""
        return self._take(self.client.post(address, data=dict(data), follow_redirects=True), status)

    def filled(self, form: Any, values: Values, button: str | None = None) -> dict[str, Any]:
        """What the browser would send: the form's own values, those given in their place, and the pressed button."""
        data: dict[str, Any] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        for area in form.xpath(".//textarea[@name]"):
            data[area.get("name")] = [_text_of(area)]
        outside = self.page.xpath("//*[@form=$id]", id=form.get("id")) if form.get("id") else []
        data |= {one.get("name"): [_text_of(one)] for one in outside if one.tag == "textarea"}
        known = {str(one.name) for one in form.inputs if one.name} | {str(one.get("name")) for one in outside}
        for name, value in values.items():
            assert name in known, f"{self.address}: no field {name}, only {sorted(known)}"
            data[name] = value if isinstance(value, str | tuple) else list(value)
        for one in [*form.xpath(".//button[@name]"), *(one for one in outside if one.tag == "button")]:
            if button is not None and button in one.text_content():
                data[one.get("name")] = one.get("value")
        return data

    def follow(self, text: str) -> "Person":
        """Follow the first link that shows the text."""
        links = [link for link in self.page.xpath("//a[@href]") if text in " ".join(link.text_content().split())]
        assert links, f"{self.address}: no link “{text}”"
        return self.open(links[0].get("href"))

    @property
    def text(self) -> str:
        """What the main part of the page says."""
        return " ".join(self.page.xpath("string(//main)").split())

    @property
    def heading(self) -> str:
        """The page's main heading, without the caption above it."""
        parts = self.page.xpath("//h1//text()[not(ancestor::*[@class='caption'])]")
        return " ".join("".join(parts).split())

    def value(self, name: str) -> str:
        """The text in a field of the present page."""
        found = self.page.xpath("//main//*[@name=$name]", name=name)
        assert found, f"{self.address}: no field {name}"
        return _text_of(found[0]) if found[0].tag == "textarea" else str(found[0].get("value") or "")

    def _take(self, response: TestResponse, status: int) -> "Person":
        self.response, self.status, self.address = response, response.status_code, response.request.path
        self.page = (
            html.fromstring(response.get_data(as_text=True) or "<html/>") if response.mimetype == "text/html" else None
        )
        if self.page is not None:
            self.page.make_links_absolute("http://localhost", resolve_base_href=False)
        said = self.text[:600] if self.page is not None else ""
        assert response.status_code == status, f"{self.address}: expected {status}, got {response.status_code}: {said}"
        return self


def in_language(client: FlaskClient, language: str, then: str = "/") -> TestResponse:
    """Choose the language as the button on the page `then` does, which is where it leads back to."""
    page = html.fromstring(client.get(then, follow_redirects=True).text)
    token = str(page.xpath("string(//meta[@name='csrf-token']/@content)"))
    return client.post(f"/ngon-ngu/{language}", data={"csrf_token": token, "next": then})


def choose_language(page: Any, language: str) -> None:
    """Press the button at the head of the page that a browser shows, where it is in another language."""
    if page.locator("html").get_attribute("lang") != language:
        page.set_viewport_size(
            {"width": 1280, "height": 800}
        )  # on a narrow screen it stands in the menu of one's account
        page.locator(f"header button[lang={language}]:visible").click()


def _path(address: str) -> str:
    return address.partition("?")[0]


def _text_of(area: Any) -> str:
    """What a browser has in a text area: the line break right after the tag is none of it."""
    return str(area.value or "").removeprefix("\r").removeprefix("\n")
