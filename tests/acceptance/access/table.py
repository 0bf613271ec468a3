"""Reads the table of routes and people, and writes the page that publishes it.

`python -m tests.acceptance.access.table` writes the page anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from flask import Flask

from webui.app import create_app

TABLE = Path(__file__).with_name("table.txt")
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "routes.md"
COLUMNS = {
    "anonymous": "nobody signed in",
    "unit": "officer of the unit that is judged",
    "board": "member of its commune's board, who has the task",
    "neighbour": "member of the neighbouring commune's board",
    "inspector": "inspector of its district",
    "standing": "officer of the standing office of its district",
    "committee": "member of its district's committee",
    "manager": "manager of cases of the province",
    "auditor": "auditor of the province",
    "auditor-else": "auditor of another province",
    "team": "inspection team, the case in its scope",
    "team-out": "inspection team, the case outside its scope",
    "admin": "administrator of the province",
    "admin-else": "administrator of another province",
    "reviewer": "reviewer of procedures",
    "deputy": "deputy of the board's member, within the dates",
    "deputy-out": "deputy of the board's member whose dates are over",
    "ended": "member of the board whose account ended after the browser was signed in",
}
INTRODUCTION = """\
# Pages, and who may open them

Made from the table of a test (`tests/acceptance/access/table.txt`), which asks every route as everybody. Do not edit:
`python -m tests.acceptance.access.table` writes it anew.

Every page but the sign-in needs a signed-in user. The services then decide by role, jurisdiction and date. What a person may not
see answers 404, as if it were not there; what their role never permits answers 403.

In the columns: the status of the answer, or *in* for being sent to sign in. 200 is a page or a file, 204 a draft kept without a
page, 303 a step that was carried out (or the way to another page), 409 a step that the present state or another person's
task does not permit, with who can act instead, 422 a form that is shown again with what is wrong. 413 a body that is refused by its
length before it is read, whoever sends it. Each was asked about one case in Xã
Minh Họa (made up), whose dossier its own commune's board evaluates; a form was sent as its page sends it. Without the page's
token against forgery every form answers 400.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One route and method. `answers`: column → status or `in`."""

    endpoint: str
    method: str
    answers: Mapping[str, str]


def lines() -> list[Line]:
    """The table."""
    rows = [row.split() for row in TABLE.read_text(encoding="utf-8").splitlines() if row and not row.startswith("#")]
    header, *body = rows
    return [Line(endpoint=row[0], method=row[1], answers=dict(zip(header[2:], row[2:], strict=True))) for row in body]


def page(app: Flask) -> str:
    """The table as a page of the reference, by address."""
    rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    columns = list(COLUMNS)
    text = [INTRODUCTION, "| Column | Who |\n|---|---|\n"]
    text += [f"| {name} | {who} |\n" for name, who in COLUMNS.items()]
    text.append(f"\n| Address | Method | {' | '.join(columns)} |\n|---|---{'|---' * len(columns)}|\n")
    ordered = sorted(lines(), key=lambda line: (rules.get(line.endpoint, ""), line.method))
    for line in ordered:
        answers = " | ".join(line.answers[name] for name in columns)
        text.append(f"| `{rules.get(line.endpoint, line.endpoint)}` | {line.method} | {answers} |\n")
    return "".join(text)


if __name__ == "__main__":
    PAGE.write_text(page(create_app(SimpleNamespace(), testing=True)), encoding="utf-8")
