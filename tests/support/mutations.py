"""Packages as a careless hand, another tool or an attacker leaves them: one random change to one file, whatever its format."""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from lxml import etree

Files = Mapping[str, bytes]
WORDS = (
    "",
    "nowhere",
    "start",
    "-1",
    "1e999",
    "=",
    "= 1 +",
    "=nowhere.a.b",
    "a b",
    "\u202e",
    "ă",
    "x" * 5000,
    "${x}",
    "%(x)s",
    "{0}",
    "{year:>99999}",
)
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, float("1e300"), "", "nowhere", "x" * 5000, [], {}, [[]], [None], {"a": {}}, "2023-02-30", "%(x)s", "{0}",
)  # fmt: skip
WHOLE: tuple[bytes, ...] = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"{}",
    b"[]",
    b"null",
    b"[" * 50_000,
    b'{"a":' * 50_000,
    b"a = " + b"[" * 20_000,
    b"<a/>",
    b"<a>" * 20_000,
    b"<definitions/>",
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
    b"1" * 10_000,
    b"x = 1979-05-27T07:32:00-99:99",
)


def mutated(files: Files, random: Random) -> dict[str, bytes]:
    """The files with one change, or two in one file."""
    path = random.choice(sorted(files))
    return {**files, path: changed(path, files[path], random)}


def changed(path: str, content: bytes, random: Random) -> bytes:
    """The content of a file with one or two changes fit for its format; now and then with something else in its place."""
    if random.random() < 0.1:
        return random.choice(WHOLE)
    if random.random() < 0.1:
        return _torn(content, random)
    change = _FORMATS.get(path.rpartition(".")[2], _torn)
    try:
        for _ in range(random.choice((1, 1, 2))):
            content = change(content, random)
    except (IndexError, ValueError, etree.XMLSyntaxError):  # the first change left nothing that can be changed again
        pass
    return content


def _torn(content: bytes, random: Random) -> bytes:
    """A stretch cut out, doubled or put elsewhere."""
    start, end = sorted((random.randrange(len(content) + 1), random.randrange(len(content) + 1)))
    end = min(end, start + 200)
    part = content[start:end]
    at = random.randrange(len(content) + 1)
    return random.choice(
        (content[:start] + content[end:], content[:end] + part + content[end:], content[:at] + part + content[at:])
    )


def _xml(content: bytes, random: Random) -> bytes:
    root = etree.fromstring(content)
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    element = random.choice(elements)
    random.choice(_XML)(element, elements, random)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _drop_attribute(element: Any, elements: list[Any], random: Random) -> None:
    if element.attrib:
        del element.attrib[random.choice(sorted(element.attrib))]


def _set_attribute(element: Any, elements: list[Any], random: Random) -> None:
    names = sorted({name for one in elements for name in one.attrib})
    name = random.choice(sorted(element.attrib) or names)
    ids = [one.get("id") for one in elements if one.get("id")]
    element.set(name, random.choice((*_printable(WORDS), random.choice(ids or [""]))))


def _misdirect(element: Any, elements: list[Any], random: Random) -> None:
    """A reference to something else that is there, of whatever kind, or to nothing."""
    ids = [one.get("id") for one in elements if one.get("id")]
    known = set(ids)
    references: list[tuple[Any, str | None]] = [
        (one, name) for one in elements for name in one.attrib if name != "id" and one.get(name).lstrip("#") in known
    ]
    references += [(one, None) for one in elements if (one.text or "").strip() in known]
    if references:
        one, name = random.choice(references)
        target = random.choice((*ids, "nowhere"))
        if name is None:
            one.text = target
        else:
            one.set(name, f"#{target}" if one.get(name).startswith("#") else target)


def _refer(element: Any, elements: list[Any], random: Random) -> None:
    """A reference of some kind where there was none, to something that is there or not."""
    ids = [one.get("id") for one in elements if one.get("id")]
    element.set(random.choice(_REFERENCES), random.choice((*ids, "nowhere", "nowhere")))


_REFERENCES = (
    "default", "default", "attachedToRef", "sourceRef", "targetRef", "messageRef", "signalRef", "errorRef", "escalationRef",
    "calledElement", "dataObjectRef", "itemSubjectRef", "activityRef", "operationRef", "processRef", "triggeredByEvent",
)  # fmt: skip


def _borrow_attribute(element: Any, elements: list[Any], random: Random) -> None:
    other = random.choice(elements)
    if other.attrib:
        name = random.choice(sorted(other.attrib))
        element.set(name, other.get(name))


def _remove(element: Any, elements: list[Any], random: Random) -> None:
    if element.getparent() is not None:
        element.getparent().remove(element)


def _copy(element: Any, elements: list[Any], random: Random) -> None:
    random.choice(elements).append(etree.fromstring(etree.tostring(element)))


def _move(element: Any, elements: list[Any], random: Random) -> None:
    target = random.choice(elements)
    if element not in set(target.iterancestors()) | {target}:
        target.append(element)


def _rename(element: Any, elements: list[Any], random: Random) -> None:
    element.tag = random.choice(elements).tag


def _set_text(element: Any, elements: list[Any], random: Random) -> None:
    written = [one for one in elements if (one.text or "").strip()]
    random.choice(written or elements).text = random.choice(_printable(WORDS))


def _nest(element: Any, elements: list[Any], random: Random) -> None:
    for _ in range(40):
        element.append(etree.fromstring(etree.tostring(etree.Element(element.tag, dict(element.attrib)))))
        element = element[-1]


_XML: tuple[Callable[[Any, list[Any], Random], None], ...] = (
    _misdirect, _misdirect, _refer, _refer, _drop_attribute, _set_attribute, _set_attribute, _borrow_attribute, _remove, _copy, _move, _rename, _set_text, _nest,
)  # fmt: skip


def _printable(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if "\x00" not in word)


def _json(content: bytes, random: Random) -> bytes:
    value = json.loads(content)
    return json.dumps(_other(value, random), ensure_ascii=False).encode()


def _toml(content: bytes, random: Random) -> bytes:
    return "\n".join(_tables(_other(tomllib.loads(content.decode()), random))).encode()


def _other(value: Any, random: Random) -> Any:
    """The value with one place in it changed."""
    places = list(_places(value))
    if not places:
        return random.choice(VALUES)
    holder, key = random.choice(places)
    kind = random.randrange(4)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = random.choice([holder[key] for holder, key in places])
    elif kind == 2 and isinstance(holder, dict):
        holder[random.choice(("nowhere", "id", "", "kind", "x" * 300))] = holder.pop(key)
    else:
        holder[key] = random.choice(VALUES)
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _tables(value: Any) -> Iterator[str]:
    """TOML of what JSON can say too: every table inline."""
    for key, item in value.items() if isinstance(value, dict) else ():
        yield f"{json.dumps(key)} = {_inline(item)}"


def _inline(value: Any, depth: int = 0) -> str:
    if depth > 60:  # a place put into itself
        return '""'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_inline(item, depth + 1)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item, depth + 1) for item in value) + "]"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return json.dumps("" if value is None else str(value))


_FORMATS: Mapping[str, Callable[[bytes, Random], bytes]] = {
    "bpmn": _xml,
    "dmn": _xml,
    "json": _json,
    "toml": _toml,
}
