"""Every module that writes into a file, a header, a mail or a log is listed here, and passes texts through the alphabet of what it writes."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITERS = {
    "csv.writer": {"workflow/services/ground/exports.py": "csv"},
    "Workbook": {"workflow/services/ground/exports.py": "cell"},
    "EmailMessage": {"workflow/outside/mail.py": "header"},
    "send_file": {"webui/pages.py": "file_name"},
    "StreamHandler": {"workflow/cli/main.py": "LineFormatter"},
    # Names are refused, not cleaned: both check them against the form that a bundle and a package allow.
    "ZipInfo": {"workflow/audit/manifest.py": "", "workflow/packages/archive.py": ""},
}
"""What makes a writer → the module that does so, and the name from `workflow.alphabets` that it uses."""


def made(tree: ast.AST) -> set[str]:
    found = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {writer for writer in WRITERS for call in found if call == writer or call.endswith(f".{writer}")}


def taken(tree: ast.AST) -> set[str]:
    return {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "workflow.alphabets"
        for name in node.names
    }


def test_every_writer_is_known_and_uses_its_alphabet() -> None:
    found = {}
    for path in sorted([*(ROOT / "workflow").rglob("*.py"), *(ROOT / "webui").rglob("*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for writer in made(tree):
            name = path.relative_to(ROOT).as_posix()
            found.setdefault(writer, {})[name] = WRITERS[writer].get(name, "unknown here")
            wanted = WRITERS[writer].get(name)
            assert not wanted or wanted in taken(tree), f"{name} does not use the alphabet {wanted}"

    assert found == WRITERS
