"""Reference pages made from the program's own tables and from its tests, so that neither can say what the other does not.

    python -m tools.reference dmn [--check]     docs/reference/dmn.md
    python -m tools.reference events [--check]  docs/reference/events.md
    python -m tools.reference database [--check] docs/reference/database.md, the columns
    python -m tools.reference notifications [--check]  docs/reference/notifications.md

A page is a module `tools.reference_<name>` with `PATH` and `page() -> str`. What a page says runs is shown by a test; where no test
does, making the page fails and says what lacks one.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Test:
    """A test function with the strings it works on: its own, its parameters', and those of the helpers it uses."""

    file: Path
    name: str
    strings: tuple[str, ...]
    first: tuple[tuple[str, bool], ...]
    """The first string of each case and of each call, and whether the case expects a value (not None, null, False)."""

    @property
    def link(self) -> str:
        """The test as a link from docs/reference."""
        place = self.file.relative_to(ROOT).as_posix()
        return f"[{self.name.removeprefix('test_').replace('_', ' ')}](../../{place})"


def tests_in(*folders: str) -> list[Test]:
    """The tests of these folders or files, in order of files and lines."""
    files = [path for folder in folders for path in ([ROOT / folder] if folder.endswith(".py") else _files(folder))]
    return [test for path in files for test in _tests(path)]


def _files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("test_*.py"))


def _tests(path: Path) -> Iterator[Test]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    known: dict[str, ast.AST] = {}
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            known[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            known |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    for name, found in known.items():
        if name.startswith("test_"):
            parts = list(_reached(found, known))
            yield Test(path, name, tuple(_strings(parts)), tuple(_first(parts)))


def _reached(node: ast.AST, known: dict[str, ast.AST]) -> Iterator[ast.AST]:
    """The node and what it uses of its module."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        for part in ast.walk(current):
            if isinstance(part, ast.Name) and part.id in known and part.id not in seen:
                seen.add(part.id)
                waiting.append(known[part.id])


def _strings(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _first(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, bool]]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Tuple | ast.List) and part.elts:
                expected = part.elts[-1] if isinstance(part, ast.Tuple) else None
                found = part.elts[:1] if isinstance(part, ast.Tuple) else part.elts
                yield from ((text, not _is_nothing(expected)) for item in found if (text := _text(item)) is not None)
            elif isinstance(part, ast.Call) and part.args and (text := _text(part.args[0])) is not None:
                yield text, True


def _is_nothing(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, "null")


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text: str) -> str:
    """Text as code in a Markdown cell."""
    plain = " ".join(text.split())
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def out_of_date(name: str) -> bool:
    """Whether the page's file is not what its module makes."""
    module = import_module(f"tools.reference_{name}")
    path = ROOT / module.PATH
    return not path.is_file() or path.read_text(encoding="utf-8") != module.page()


def main(arguments: Sequence[str]) -> int:
    """Write the pages named, or say which are out of date."""
    check = "--check" in arguments
    names = [name for name in arguments if not name.startswith("-")] or [
        path.stem.removeprefix("reference_") for path in sorted(Path(__file__).parent.glob("reference_*.py"))
    ]
    stale = [name for name in names if out_of_date(name)]
    for name in stale:
        module = import_module(f"tools.reference_{name}")
        if check:
            print(f"{module.PATH} is out of date: python -m tools.reference {name}")
        else:
            (ROOT / module.PATH).write_text(module.page(), encoding="utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
