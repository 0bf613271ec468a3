"""One person at work in a browser without scripts: every form as the page gives it, sent again when the connection broke."""

import http.client
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from threading import Event
from urllib.parse import urlencode, urlsplit

from lxml import html
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.acceptance.kills.ledger import Act, Ledger
from tests.support.house import PASSWORD
from tests.support.running import Answer, Browser
from workflow.demo.player import pdf

BROKEN = (OSError, http.client.HTTPException)
PATIENCE = 600
"""Seconds after which one gives up waiting: long, for a machine that has other things to do."""
URLENCODED = "application/x-www-form-urlencoded"
_CODE = re.compile(r'id="demonstration-code">(\d+)<')
_TASK = re.compile(r'href="/nhiem-vu/([0-9a-f-]{36})[?"]')
_ANSWERS = {"safety_recognised": "true", "previous_class": "kha"}
"""What a unit enters at its registration, by field, where it may choose."""


class GaveUp(Exception):
    """The server was not to be reached."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of a page, with what stands in it, and what may be chosen in it by name."""

    path: str
    fields: dict[str, str]
    offered: Mapping[str, Sequence[str]]
    texts: Sequence[str]
    """The names of its fields for text."""

    @property
    def command(self) -> str:
        return next((value for name, value in self.fields.items() if name.endswith("command_id")), "")


def forms_of(page: str) -> dict[str, Form]:
    """The page's forms that change something, by their address."""
    found: dict[str, Form] = {}
    for one in html.fromstring(page).forms if page.strip() else ():
        if one.method.upper() != "POST":
            continue
        radios: dict[str, list[str]] = {}
        for radio in one.xpath('.//input[@type="radio"]'):
            radios.setdefault(radio.get("name"), []).append(radio.get("value"))
        texts = [item.get("name") for item in one.xpath('.//textarea|.//input[@type="text"]')]
        path = urlsplit(one.action).path
        found[path] = Form(path=path, fields=dict(one.form_values()), offered=radios, texts=texts)
    return found


@dataclass(kw_only=True)
class Person:
    """`figures`: criterion → figure → what to enter; `mentions`: whom remarks name."""

    login: str
    port: int
    ledger: Ledger
    random: Random
    figures: Mapping[str, Mapping[str, str]]
    mentions: str
    stopping: Event
    pilot: str = "province"
    case: str = ""
    """Without tasks of their own, somebody remarks on this case."""
    browser: Browser = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.browser = Browser(port=self.port, seconds=60)

    # At work.

    def run(self) -> None:
        """Work until told to stop; what has been sent is brought to an end."""
        try:
            self.sign_in()
            while not self.stopping.is_set():
                self.turn()
        except GaveUp as error:
            self.ledger.fault(f"{self.login} gave up: {error}")
        except Exception as error:  # of the tool or of a page: either is to be seen at the end
            self.ledger.fault(f"{self.login}: {type(error).__name__} {error}")

    def turn(self) -> None:
        """Whatever is to be done next."""
        if self.case:
            self.remark(self.get(f"/ho-so/{self.case}").text, self.case)
            self.stopping.wait(self.random.uniform(1, 4))
            return
        tasks = self.tasks("mine") or self.tasks("group")
        if not tasks:
            self.stopping.wait(0.3)
            return
        self.go_on(self.random.choice(tasks))

    def tasks(self, tab: str) -> list[str]:
        """The tasks of that part of the inbox."""
        page = html.fromstring(self.get(f"/nhiem-vu?tab={tab}").text)
        (main,) = page.xpath("//main")
        return sorted(set(_TASK.findall(html.tostring(main, encoding="unicode"))))

    def go_on(self, task: str) -> None:
        """One step further with the task, or two."""
        here = f"/nhiem-vu/{task}"
        page = self.get(here).text
        forms = forms_of(page)
        for kind, path in (("claim", f"{here}/nhan"), ("start", f"{here}/bat-dau")):
            if path in forms:
                self.send(kind, task, forms[path], here)
                return
        if here not in forms:
            return
        if self.random.random() < 0.1:
            self.release(task)
            return
        if self.random.random() < 0.3:
            self.remark(page, task)
        if f"{here}/tieu-chi" in page:
            self.assess(task)
        self.attach(task, forms)
        self.hand_in(task)

    def release(self, task: str) -> bool:
        """Put the task back into its group."""
        here = f"/nhiem-vu/{task}/tra-lai"
        form = forms_of(self.get(here).text).get(here)
        return form is not None and self.send("release", task, form, "/nhiem-vu")

    def remark(self, page: str, task: str) -> None:
        """Write a remark that tells somebody of it."""
        form = next((form for path, form in forms_of(page).items() if path.endswith("/y-kien")), None)
        if form is not None:
            mark = self.mark()
            self.send("comment", task, form, "/", mark, text=f"{mark} @{self.mentions} xem giúp.")

    def assess(self, task: str) -> None:
        """Open each criterion that is not done and enter what is missing, and two more once again."""
        here = f"/nhiem-vu/{task}/tieu-chi"
        page = self.get(here).text
        missing = re.findall(r'data-undecided="([^"]+)"', page)
        every = sorted(set(re.findall(r'data-row="([^"]+)"', page)))
        for key in [*missing, *self.random.sample(every, min(2, len(every)))]:
            if self.stopping.is_set():
                return
            form = forms_of(self.get(f"{here}/{key}?sua=1").text).get(f"{here}/{key}")
            if form is None:
                return
            mark = self.mark()
            entered = {f"{key}-figure-{name}": value for name, value in self.figures.get(key, {}).items()}
            entered |= {f"{key}-result": "met", f"{key}-statement": mark, "then": "stay"}
            self.send("criterion", task, form, here, mark, criterion=key, **entered)

    def attach(self, task: str, forms: Mapping[str, Form]) -> None:
        """The papers that a dossier needs, and now and then a file for a criterion."""
        page = self.get(f"/nhiem-vu/{task}").text
        for path, form in forms.items():
            if "/van-ban/" in path and f"paper-{path.rpartition('/')[2]}" in page and not _has_file(page, path):
                self.upload(task, form, f"{path.rpartition('/')[2]}-file")
        table = f"/nhiem-vu/{task}/tieu-chi"
        links = sorted(
            {f"{table}/{key}" for key in re.findall(r'data-row="([^"]+)"', self.get(table).text)}
            if table in page
            else ()
        )
        if links:
            place = self.random.choice(links)
            form = forms_of(self.get(place).text).get(f"{place}/minh-chung")
            if form is not None:
                self.upload(task, form, "file")

    def upload(self, task: str, form: Form, name: str) -> None:
        mark = self.mark()
        sent = {**form.fields, name: FileStorage(BytesIO(pdf(mark)), f"{mark}.pdf", name, "application/pdf")}
        boundary, body = encode_multipart(sent)
        act = Act(kind="evidence", command=form.command, login=self.login, task=task, mark=mark)
        self.carry_out(act, form.path, body, f"multipart/form-data; boundary={boundary}", f"/nhiem-vu/{task}")

    def hand_in(self, task: str) -> None:
        """Save the draft, look at it once more, submit."""
        here = f"/nhiem-vu/{task}"
        form = forms_of(self.get(here).text).get(here)
        if form is None or self.stopping.is_set():
            return
        mark = self.mark()
        chosen = {name: self.choice(name, offered) for name, offered in form.offered.items()}
        typed = {name: mark for name in form.texts if name in ("reason", "field-safety_decision")}
        if "return" in form.offered.get("outcome", ()):
            typed |= dict.fromkeys([name for name in form.texts if name.startswith("criterion-")][:1], mark)
        if typed:
            self.send("draft", task, form, here, mark, **chosen, **typed, then="check")
        else:  # nothing in it but the button: there is no draft to be kept
            self.post(form.path, urlencode({**form.fields, **chosen, "then": "check"}).encode(), URLENCODED)
        last = forms_of(self.get(f"{here}/kiem-tra").text).get(f"{here}/gui")
        if last is not None and self.send("complete", task, last, f"{here}/xong"):
            self.get(f"{here}/xong")

    def choice(self, name: str, offered: Sequence[str]) -> str:
        """What this person chooses: a reviewer always returns, so that the work never ends."""
        if name == "outcome":
            return "return" if "return" in offered else offered[0]
        if name == "field-pilot":
            return self.pilot
        return _ANSWERS.get(name.removeprefix("field-"), offered[0])

    def mark(self) -> str:
        self.number += 1
        return f"{self.login.replace('.', '-')}-{self.number:05}"

    # Sending.

    def send(self, kind: str, task: str, form: Form, to: str, mark: str = "", criterion: str = "", **more: str) -> bool:
        """Send the form with what was entered in it; whether it was answered that it is done, which leads on to `to`."""
        act = Act(kind=kind, command=form.command, login=self.login, task=task, mark=mark, criterion=criterion)
        return self.carry_out(act, form.path, urlencode({**form.fields, **more}).encode(), URLENCODED, to)

    def carry_out(self, act: Act, path: str, body: bytes, kind: str, to: str) -> bool:
        self.ledger.begin(act)
        answer = self.post(path, body, kind, act)
        where = urlsplit(answer.headers.get("Location", "")).path
        act.done = answer.status == 303 and where.startswith(to) and not where.startswith("/dang-nhap")
        act.answer = f"{answer.status} {where}"
        return act.done

    def post(self, path: str, body: bytes, kind: str, act: Act | None = None) -> Answer:
        """The very same again, until it is answered."""
        return self.ask("POST", path, body, {"Content-Type": kind}, act)

    def get(self, path: str) -> Answer:
        """The page, wherever it leads on to."""
        answer = self.ask("GET", path, None, {})
        for _ in range(4):
            if answer.status not in (302, 303):
                break
            where = urlsplit(answer.headers["Location"])
            if where.path == "/dang-nhap" and path != "/dang-nhap":
                self.sign_in()
                return self.get(path)
            answer = self.ask("GET", f"{where.path}?{where.query}" if where.query else where.path, None, {})
        return answer

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], act: Act | None = None
    ) -> Answer:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if act is not None:
                    act.sent += 1
                answer = self.browser.ask(method, path, body, headers)
            except BROKEN:
                if act is not None:
                    act.broke += 1
                time.sleep(self.random.uniform(0.05, 0.3))
                continue
            if answer.status in (429, 503):
                time.sleep(min(float(answer.headers.get("Retry-After", "1")), 5))
                continue
            if answer.status >= 500:
                self.ledger.fault(f"{self.login}: {method} {path} was answered {answer.status}")
            return answer
        raise GaveUp(f"{method} {path}")

    def sign_in(self) -> None:
        """With the code that a demonstration shows, where one is asked for; one that was used already is waited for anew."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.browser.cookies.clear()
            form = forms_of(self.ask("GET", "/dang-nhap", None, {}).text)["/dang-nhap"]
            answer = self._enter(form, login=self.login, password=PASSWORD)
            if answer.status == 303 and "/dang-nhap/ma" in answer.headers["Location"]:
                page = self.ask("GET", "/dang-nhap/ma", None, {}).text
                code, form = _CODE.search(page), forms_of(page).get("/dang-nhap/ma")
                answer = self._enter(form, code=code[1]) if code and form else answer
            if answer.status == 303 and "/dang-nhap" not in answer.headers["Location"]:
                return
            time.sleep(1)
        raise GaveUp("signing in")

    def _enter(self, form: Form, **entered: str) -> Answer:
        return self.post(form.path, urlencode({**form.fields, **entered}).encode(), URLENCODED)

    def put_all_back(self) -> None:
        """Signed in anew, put back whatever is in one's hands: nothing is held by a session that is gone."""
        self.sign_in()
        for task in self.tasks("mine"):
            self.release(task)


def _has_file(page: str, path: str) -> bool:
    """Whether the paper has a file by now."""
    (section,) = html.fromstring(page).xpath(f'//section[@id="paper-{path.rpartition("/")[2]}"]')
    return bool(section.xpath('.//a[starts-with(@href, "/minh-chung/")]'))
