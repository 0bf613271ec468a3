"""The documents lead somewhere and name what there is: links, commands, decisions, targets, events, tables, permissions."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from workflow.cli.main import main
from workflow.organisation.permissions import PERMISSIONS, PROCEDURE_ROLE
from workflow.services.auditing.vocabulary import WORDINGS
from workflow.store.database import metadata

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LEFT_OUT = {"node_modules", "var"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
SCHEME = re.compile(r"[a-z]+:")


def documents() -> list[Path]:
    """Every Markdown file of ours; what tools and builds put beside them is not."""
    found = ROOT.rglob("*.md")
    parts = ((path, path.relative_to(ROOT).parts) for path in found)
    return sorted(path for path, names in parts if not any(n in LEFT_OUT or n.startswith(".") for n in names))


def anchors(path: Path) -> set[str]:
    """The headings of a document as the web shows them in addresses."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub(_kept_inline, path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _kept_inline(code: re.Match[str]) -> str:
    return "" if code.group().startswith("```") else code.group()


def links(path: Path) -> Iterator[str]:
    for target in LINK.findall(CODE.sub("", path.read_text(encoding="utf-8"))):
        if not SCHEME.match(target):
            yield unquote(target)


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Each command with its whole name, groups left out."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    for part, below in command.commands.items():
        yield from commands(below, f"{name} {part}")


def section(text: str, heading: str) -> str:
    """What stands below the heading that begins so, up to the next one of its kind."""
    found = re.search(rf"^## `{re.escape(heading)}[ `].*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group() if found else ""


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in links(path):
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


def test_every_command_stands_in_the_reference_with_its_options() -> None:
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    everywhere = {"--data", "--help"}

    missing = [
        f"{name} {option}".strip()
        for name, command in commands(main, "congnhan")
        for option in ["", *(flag for item in command.params for flag in (*item.opts, *item.secondary_opts))]
        if option.startswith("-") or not option
        if option not in everywhere and (not (part := section(text, name)) or option not in part)
    ]

    assert missing == []


def test_the_reference_invents_no_command() -> None:
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    named = {re.sub(r" [A-Z\[].*", "", name) for name in re.findall(r"^## `(congnhan [^`]+)`", text, re.MULTILINE)}

    assert named == {name for name, _ in commands(main, "congnhan")}


def test_every_decision_is_numbered_once_and_listed() -> None:
    files = sorted(path.name for path in (DOCS / "decisions").glob("*.md") if path.name != "README.md")
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", (DOCS / "decisions" / "README.md").read_text(encoding="utf-8"))

    assert listed == files
    assert [name[:4] for name in files] == [f"{number:04}" for number in range(1, len(files) + 1)]


def test_every_document_is_reached_from_the_index() -> None:
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in links(DOCS / "README.md")}
    kinds = ("tutorial", "how-to", "reference", "explanation")

    missing = [path.relative_to(DOCS) for kind in kinds for path in (DOCS / kind).glob("*.md") if path not in listed]

    assert missing == []


@pytest.mark.parametrize("name", ["README.md", "docs/CONTRIBUTING.md", "docs/reference/command-line.md"])
def test_every_make_target_exists(name: str) -> None:
    named = set(re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z]+)\b", (ROOT / name).read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert named
    assert named <= targets


def test_every_event_stands_in_the_reference() -> None:
    text = (DOCS / "reference" / "events.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([A-Z]\w+)` \|", text, re.MULTILINE)) == set(WORDINGS)


def test_every_table_stands_in_the_reference() -> None:
    text = (DOCS / "reference" / "database.md").read_text(encoding="utf-8")
    listed = {
        name for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }

    assert listed == set(metadata.tables)


def test_permissions_are_those_of_the_program() -> None:
    text = (DOCS / "reference" / "roles-and-permissions.md").read_text(encoding="utf-8")
    header, _rule, *rows = re.findall(r"^\|.*\|$", text.partition("\n\n| Permission | Lets")[0], re.MULTILINE)
    roles = [name.strip(" `") for name in header.strip("|").split("|")][1:]
    table = {cells[0].strip(" `"): cells[1:] for row in rows if (cells := row.strip("|").split("|"))}

    written = {
        role: {name for name, cells in table.items() if cells[column].strip() == "yes"}
        for column, role in enumerate(roles)
    }

    assert written.pop("a procedure's role") == PROCEDURE_ROLE
    assert written == PERMISSIONS
