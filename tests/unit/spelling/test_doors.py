"""What Unicode spells in two ways comes in spelt in one, whatever door it comes by."""

import io
import json
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import click
import pytest
from click.testing import CliRunner
from flask import Flask, request

from webui import security
from workflow.alphabets import carried, fit
from workflow.cli.main import Text, main
from workflow.organisation.data import load_organisations
from workflow.packages.archive import read_folder, read_zip
from workflow.services.accounts.credentials import Passwords

TWICE = normalize("NFD", "Xã Thọ Thế Đông ơ")
ONCE = normalize("NFC", TWICE)
ORGANISATION = """[[organisation]]
id = "t"
code = "t"
kind = "province"
level = "province"
name_vi = "{name}"
name_en = "T"
valid_from = 2000-01-01
source = "S"
"""


def by_form(where: str) -> Callable[[Path], str]:
    def sent(_folder: Path) -> str:
        app = Flask(__name__)
        app.config["HTTPS"] = False
        security.init_app(app)
        found: list[str] = []

        @app.route("/", methods=["GET", "POST"])
        def _take() -> str:
            sent = {
                "field": request.form.get("password", ""),
                "name of a field": next(iter(request.form), ""),
                "address": request.args.get("q", ""),
                "both": request.values.get("password", ""),
                "file": request.files["file"].filename or "" if "file" in request.files else "",
            }
            found.append(sent[where])
            return ""

        data = {TWICE if where == "name of a field" else "password": TWICE}
        if where == "file":
            data["file"] = (io.BytesIO(b"x"), TWICE)  # type: ignore[assignment] # as Werkzeug's client takes a file
        app.test_client().post("/", query_string={"q": TWICE}, data=data)
        return found[0]

    return sent


def by_folder(folder: Path) -> str:
    (folder / "procedure.toml").write_text(f'title = "{TWICE}"', encoding="utf-8")
    return str(tomllib.loads(read_folder(folder)["procedure.toml"].decode())["title"])


def by_zip(_folder: Path) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("process.bpmn", f"<a>{TWICE}</a>")
    return read_zip(packed.getvalue())["process.bpmn"].decode()[3:-4]


def by_command_line(_folder: Path) -> str:
    @click.command()
    @click.argument("name", type=Text())
    def say(name: str) -> None:
        click.echo(name)

    return CliRunner().invoke(say, [TWICE]).output.rstrip("\n")


DOORS: dict[str, Callable[[Path], str]] = {
    **{f"a form's {where}": by_form(where) for where in ("field", "name of a field", "address", "both", "file")},
    "JSON": lambda _folder: fit(json.loads(json.dumps({"a": [TWICE]})))["a"][0],
    "a member's name in JSON": lambda _folder: next(iter(fit({TWICE: 1}))),
    "a package's folder": by_folder,
    "a package's zip": by_zip,
    "organisations": lambda _folder: (
        load_organisations({"a.toml": ORGANISATION.format(name=json.dumps(TWICE)[1:-1]).encode()})[0][0].name_vi
    ),
    "the command line": by_command_line,
    "text": lambda _folder: carried(TWICE),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_text_comes_in_composed(door: str, tmp_path: Path) -> None:
    assert DOORS[door](tmp_path) == ONCE


def test_every_text_of_the_command_line_goes_through_the_door() -> None:
    def params(command: click.Command) -> list[click.Parameter]:
        below = [one for inner in getattr(command, "commands", {}).values() for one in params(inner)]
        return [*command.params, *below]

    assert not [one.name for one in params(main) if one.type is click.STRING]


def test_a_password_is_the_same_however_its_letters_are_spelt() -> None:
    passwords = Passwords()
    kept = passwords.hash(TWICE)

    assert passwords.verify(kept, ONCE)
    assert passwords.verify(kept, TWICE)
    assert not passwords.verify(kept, ONCE.replace("ọ", "o"))
    before = passwords._hasher.hash(TWICE)
    assert passwords.verify(before, ONCE), "one from before letters were composed is still its owner's"


@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_a_line_of_a_form_ends_with_one_sign(ends: str) -> None:
    app = Flask(__name__)
    app.config["HTTPS"] = False
    security.init_app(app)
    app.add_url_rule("/", view_func=lambda: request.form["text"].replace("\n", "|"), methods=["POST"])

    assert app.test_client().post("/", data={"text": f"a{ends}b"}).text == "a|b"
