"""The made-up commune's case, driven through the pages by its own people."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask import Flask

from tests.support.web import Person
from workflow.bootstrap import Container
from workflow.demo.player import pdf as drawn
from workflow.recognition.checks import CountCheck, PercentCheck
from workflow.recognition.criteria import Criterion
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.criteria.judgements import LookAtCriterion

PASSWORD = "Correct horse battery staple"
KEY = "DH-2023-0008"
UNIT, BOARD, OFFICE = "donvi.minhhoa", "danhgia.minhhoa", "thuongtruc.thuongxuan"
REGISTERED = {"field-safety_recognised": "true", "field-previous_class": "kha", "field-pilot": "district"}
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer<<>>\n%%EOF"


def pdf(name: str = "minh chung.pdf") -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return BytesIO(PDF.replace(b"trailer", b"%" + name.encode() + b"\ntrailer")), name


def paper(name: str) -> tuple[BytesIO, str]:
    """A file whose pages can be drawn."""
    return BytesIO(drawn(f"Minh chung {name.encode('ascii', 'replace').decode()}")), name


@dataclass(kw_only=True)
class Casework:
    app: Flask
    container: Container

    def sign_in(self, login: str) -> Person:
        """Somebody at work."""
        return Person.at(self.app).sign_in(login, PASSWORD)

    def settle(self) -> None:
        """Let the worker do what is due."""
        while self.container.jobs.run_due():
            pass

    def find(self, login: str, task: str, key: str = KEY) -> Person:
        """Open the task of that name from the person's inbox, without claiming it."""
        person = self.sign_in(login)
        for tab in ("mine", "group"):
            person.open(f"/nhiem-vu?tab={tab}&text={key}")
            for row in person.page.xpath("//tbody/tr[th[@scope='row']]"):
                if task in row.text_content():
                    return person.open(row.xpath("./th/a/@href")[0])
        raise AssertionError(f"{login} has no task “{task}”")

    def begin(self, login: str, task: str, key: str = KEY) -> Person:
        """Open the task, claim it and begin."""
        person = self.find(login, task, key)
        for step in ("/nhan", "/bat-dau"):
            if any(str(form.action).endswith(step) for form in person.page.forms):
                person.send(step)
        return person.open(person.address.removesuffix("/tieu-chi"))

    def submit(self, person: Person, values: Mapping[str, Any]) -> Person:
        """Fill in the form of the task's page, check, submit, and let the worker go on."""
        address = person.address
        person.send(address, dict(values), button="Tiếp tục")
        assert person.address == f"{address}/kiem-tra", person.text[:400]
        person.send("/gui")
        self.settle()
        return person

    def register(self) -> Person:
        """The commune registers; the police enter it in the list."""
        self.submit(self.begin(UNIT, "Đăng ký"), REGISTERED)
        return self.submit(self.begin(OFFICE, "Đưa vào danh sách"), {"outcome": "accept"})

    def assess(self, login: str, task_id: str) -> None:
        """Every criterion that still lacks something gets figures and a result that fit."""
        with self.container.units.reading() as uow:
            user = uow.accounts.by_login(login)
        assert user is not None
        actor = self.container.accounts.actor_of(user.id)
        view = self.container.task_views.view(actor, task_id)
        assert view.sheet is not None
        for key, one in view.sheet.criteria.items():
            if one.missing:
                self.container.judgements.look(actor, LookAtCriterion(task_id=task_id, criterion_id=key))
                self.container.assessments.save_result(
                    actor,
                    SaveResult(
                        task_id=task_id,
                        criterion_id=key,
                        result="met",
                        figures=fitting_figures(one.criterion),
                        statement="Đã thực hiện trong năm.",
                    ),
                )

    def self_assess(self) -> Person:
        """The commune assesses itself, attaches its papers and submits."""
        self.register()
        person = self.begin(UNIT, "Tự đánh giá")
        address = person.address
        self.assess(UNIT, address.rpartition("/")[2])
        for paper in ("submission_letter", "report", "unit_minutes"):
            person.open(address).send(f"/van-ban/{paper}", {f"{paper}-file": pdf(f"{paper}.pdf")})
        return self.submit(person.open(address), {})


def fitting_figures(criterion: Criterion) -> dict[str, str]:
    """Figures by which every check of the criterion is met."""
    found: dict[str, Decimal] = {}
    for check in criterion.checks:
        if isinstance(check, CountCheck):
            found[check.figure] = check.value
        elif isinstance(check, PercentCheck):
            found[check.whole], found[check.part] = Decimal(100), Decimal(0 if "<" in check.op else 100)
        else:
            found[check.previous], found[check.current] = Decimal(100), Decimal(10)
    return {figure.id: str(found.get(figure.id, Decimal(0))) for figure in criterion.figures}
