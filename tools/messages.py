"""Translation catalogues: English texts in the code are the ids, Vietnamese texts stand in `webui/translations/vi/*.po`.

    messages.py check       every text of the code is translated, none is fuzzy, none is left over
    messages.py update [AREA ...]   add what is missing, with an empty translation, to its area's file; remove what is gone
    messages.py compile     merge the files into the one catalogue that the application reads

There is one .po file an area, so that it stays readable and two people seldom edit the same one. An area is a package of
`webui`, its templates included, or a package of `workflow`. The default messages of errors are their docstrings.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the reader of templates knows their own tags
FOLDER = ROOT / "webui" / "translations" / "vi"
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "C_": ((1, "c"), 2),
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
ROOT_ERROR = "WorkflowError"
CONTEXT = "\4"
PLACES = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")

Id = str | tuple[str, ...]
"""A message; where its translation depends on a context, that and `CONTEXT` before it, as in the compiled catalogue."""
Text = str | tuple[str, ...] | list[str] | None


def main(arguments: list[str]) -> int:
    """Run one command; return the exit status."""
    command, *areas = arguments or ["check"]
    if command == "compile":
        return _compile()
    if command == "update":
        return _update(set(areas))
    return _check()


def extracted() -> dict[Id, str]:
    """Return every text of the code with the area it belongs to; the area that comes first where there are several."""
    found: dict[Id, set[str]] = defaultdict(set)
    with (ROOT / "tools" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call] # babel's own gap
    for name, _line, text, _comments, context in extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS):
        if name.startswith(("workflow/", "webui/")):
            found[f"{context}{CONTEXT}{text}" if context else text].add(area_of(Path(name)))
    for path, text in error_docstrings():
        found[text].add(area_of(path))
    return {text: min(areas, key=lambda area: (area != "base", area)) for text, areas in found.items()}


def area_of(path: Path) -> str:
    """Return the area of a source file given relative to the root."""
    parts = path.with_suffix("").parts
    inner = parts[2:] if parts[:2] == ("webui", "templates") else parts[1:]
    package = inner[0] if len(inner) > 1 else ""
    if parts[0] == "workflow":
        return f"workflow-{package}" if package else "workflow"
    return package if package not in {"", "components", "errors"} else "base"


def error_docstrings() -> Iterator[tuple[Path, str]]:
    """Yield (file, first docstring line) of each error class: the classes that descend from WorkflowError by name."""
    classes: dict[str, tuple[Path, set[str], str]] = {}
    for folder in ("workflow", "webui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
                    classes[node.name] = (path.relative_to(ROOT), bases, ast.get_docstring(node) or "")
    errors = {ROOT_ERROR}
    while more := {name for name, (_path, bases, _text) in classes.items() if bases & errors} - errors:
        errors |= more
    for name in sorted(errors & classes.keys()):
        path, _bases, text = classes[name]
        if text:
            yield path, text.splitlines()[0]


def catalogues() -> dict[str, Catalog]:
    """Return the catalogue of each area."""
    result = {}
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as file:
            result[path.stem] = read_po(file, locale="vi", abort_invalid=True)
    return result


def _messages(catalogue: Catalog) -> list[tuple[Id, Message]]:
    return [(_id(message), message) for message in catalogue if message.id]


def _id(message: Message) -> Id:
    if message.context:
        return f"{message.context}{CONTEXT}{message.id}"
    return tuple(message.id) if isinstance(message.id, list) else message.id


def _add(catalogue: Catalog, text: Id, translation: Text) -> None:
    context, found, plain = _first(text).partition(CONTEXT)
    if found:
        catalogue.add(plain, translation, context=context)
    else:
        catalogue.add(text, translation)


def _check() -> int:
    texts = extracted()
    problems = []
    seen: dict[Id, tuple[str, Text]] = {}
    for area, catalogue in catalogues().items():
        for text, message in _messages(catalogue):
            where = f"{area}.po: {_first(text)!r}"
            if text not in texts:
                problems.append(f"{where} is not in the code")
            elif message.fuzzy or not _is_translated(message):
                problems.append(f"{where} is not translated")
            elif _places(text) != _places(message.string):
                problems.append(f"{where} has other places than its translation")
            if text in seen and seen[text][1] != message.string:
                problems.append(f"{where} is translated otherwise in {seen[text][0]}.po")
            seen[text] = (area, message.string)
    problems += [f"{area}.po lacks {_first(text)!r}" for text, area in texts.items() if text not in seen]
    for problem in sorted(problems):
        print(problem)
    print(f"{len(texts)} texts, {len(problems)} problems")
    return 1 if problems else 0


def _update(areas: set[str]) -> int:
    texts = extracted()
    present = catalogues()
    known = {text for catalogue in present.values() for text, _ in _messages(catalogue)}
    for area in sorted(areas if areas else set(texts.values()) | set(present)):
        old = dict(_messages(present.get(area, Catalog(locale="vi"))))
        kept: dict[Id, Text] = {
            text: message.string for text, message in old.items() if text in texts and not message.fuzzy
        }
        fresh: dict[Id, Text] = {text: "" for text, home in texts.items() if home == area and text not in known}
        if kept or fresh:
            _write(area, kept | fresh)
        elif old:
            (FOLDER / f"{area}.po").unlink()
    return 0


def _write(area: str, translations: dict[Id, Text]) -> None:
    catalogue = Catalog(locale="vi", fuzzy=False, header_comment=f"# Vietnamese texts of the area “{area}”.")
    for text, translation in translations.items():
        _add(catalogue, text, translation or None)
    path = FOLDER / f"{area}.po"
    fresh = path.with_suffix(".po.new")
    with fresh.open("wb") as file:
        write_po(file, catalogue, no_location=True, omit_header=True, sort_output=True, width=120)
    fresh.replace(path)


def _compile() -> int:
    merged = Catalog(locale="vi", fuzzy=False)
    for catalogue in catalogues().values():
        for text, message in _messages(catalogue):
            if _is_translated(message) and not message.fuzzy:
                _add(merged, text, message.string)
    target = FOLDER / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(exist_ok=True)
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as file:
        write_mo(file, merged)
    fresh.replace(target)
    return 0


def _first(text: Id) -> str:
    return text if isinstance(text, str) else text[0]


def _is_translated(message: Message) -> bool:
    parts = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return all(parts)


def _places(text: object) -> set[str]:
    parts = text if isinstance(text, list | tuple) else (str(text),)
    return {name for part in parts for match in PLACES.findall(part) for name in match if name}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
