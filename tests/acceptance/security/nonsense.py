"""A wrong kind of everything, for every route of the application as it is: what a new route takes is tried too.

What is asked rightly comes from the table of requests and from the forms of the pages; one part of it at a time is then made wrong.
"""

import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.routing import Rule

from tests.acceptance.access.requests import filled, request_of
from tests.acceptance.scene import Scene
from workflow.ids import new_id

MANY = int(os.environ.get("NONSENSE", "8"))
"""How many wrong requests a route and method gets; a longer search: NONSENSE=300."""
NEVER = "00000000-0000-0000-0000-000000000000"
ODD = (
    "",
    " ",
    "\t",
    "-1",
    "0",
    "1000000000000000000",
    "99999999999999999999999",
    "9" * 400,
    "2147483648",
    "-2147483649",
    "9223372036854775808",
    "1.5",
    "1e400",
    "NaN",
    "Infinity",
    "²",
    "١",
    "0x10",
    "1_000",
    "true",
    "null",
    "[]",
    "{}",
    "[" * 3000,
    '{"a": 1e999999999}',
    '{"__class__": 1}',
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "2023-02-30",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "24:00",
    "P1D",
    "a" * 70_000,
    "a\x00b",
    "\x00",
    "\ufffe",
    "\u202egpj",
    "e\u0301" * 300,
    "\U0001f600",
    "'; DROP TABLE users; --",
    "%",
    "%s%(x)s{0}",
    "<script>alert(1)</script>",
    "=1+1",
    "../../etc/passwd",
    "/",
    "a/b",
    "a" * 300 + ".md",
    NEVER,
    NEVER.upper(),
    "{" + NEVER + "}",
    "urn:uuid:" + NEVER,
)
RAW = (b"\xff\xfe", b"%ff%fe", b"%00", b"\xc3\x28", b"%", b"%zz", b"&&&===", b"a[]=1&a[b]=2")
JSON = (1, "x", [], [1], {}, {"csrf_token": 1}, {"xml": 1, "then": [], "rows": {"a": None}}, None, True)
HEADERS = (
    ("Accept-Language", "a" * 5000),
    ("Accept-Language", "vi;q=nan, \xff"),
    ("Accept", "application/json"),
    ("Accept", "q=;,;*/*;q=9" * 50),
    ("Referer", "http://[::1"),
    ("Referer", "http://localhost/%ff%fe"),
    ("Cookie", "congnhan=\xff; congnhan_device=\xff\xfe; ="),
    ("Cookie", "a=" + "b" * 8000),
    ("Range", "bytes=-0-,5-1"),
    ("If-None-Match", 'W/"\xff'),
    ("If-Modified-Since", "Fri, 99 Foo 99999 99:99:99"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "multipart/form-data; boundary="),
    ("Content-Type", "text/plain; charset=nope"),
    ("Content-Type", "application/x-www-form-urlencoded; charset=utf-16"),
    ("X-Autosave", "1"),
    ("HX-Request", "true"),
    ("Host", "[::1"),
    ("Authorization", "Digest \xff"),
)
PARAMETERS = (
    "page",
    "text",
    "year",
    "since",
    "until",
    "at",
    "on",
    "date",
    "time",
    "case",
    "task",
    "criterion",
    "role",
    "kind",
    "unit",
    "type",
    "actor",
    "status",
    "state",
    "due",
    "tab",
    "sort",
    "stage",
    "procedure",
    "key",
    "path",
    "old",
    "new",
    "next",
    "target",
    "scope",
    "level",
    "format",
    "language",
    "version",
    "q",
    "from",
    "to",
    "day",
    "month",
    "start",
)
METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "HEAD", "X" * 200)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, as it goes over the wire."""

    method: str
    path: str
    query: str = ""
    fields: tuple[tuple[str, Any], ...] | None = None
    body: bytes | None = None
    kind: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    def send(self, client: FlaskClient) -> int:
        """The status; a streamed answer is read to its end."""
        data: Any = self.body
        if self.fields is not None:
            data = {}
            for name, value in self.fields:
                data.setdefault(name, []).append(
                    (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
                )
        answer = client.open(
            self.path,
            method=self.method,
            query_string=self.query,
            data=data,
            content_type=self.kind or ("multipart/form-data" if self.fields is not None else None),
            headers=list(self.headers),
        )
        answer.get_data()
        return answer.status_code

    def __str__(self) -> str:
        fields = [(name, _short(value)) for name, value in self.fields or ()]
        shown = (
            f"{self.method[:10]} {self.path[:200]}?{self.query[:200]} {fields} {_short(self.body)} {self.kind or ''}"
        )
        return f"{shown} {[(name, _short(value)) for name, value in self.headers]}"


def calls(scene: Scene, rule: Rule, method: str, who: str) -> Iterator[Call]:
    """MANY wrong requests for the route; which ones hangs on its name only."""
    random = Random(f"{rule.endpoint} {method} {who}")
    client, token = scene.browser(who)
    right = _right(scene, rule, method, client, token)
    ways = [_wrong_query, _wrong_header]
    if rule.arguments:
        ways += [_wrong_part] * 2
    if right.fields is not None:
        ways += [_wrong_field] * 6 + [_wrong_command, _wrong_number_of_fields, _wrong_body]
    else:
        ways.append(_wrong_method)
    for number in range(MANY):
        way = ways[number % len(ways)] if number < len(ways) else random.choice(ways)
        yield way(scene, rule, right, random, token)


def _right(scene: Scene, rule: Rule, method: str, client: FlaskClient, token: str) -> Call:
    """What somebody who may would send."""
    path = _path(scene.app, rule, {name: _part(scene, rule, method, name) for name in rule.arguments})
    if method == "GET":
        return Call(method=method, path=path)
    asked, ids = request_of(rule.endpoint, method).form, {**scene.ids, "command": new_id()}
    form = {"command_id": new_id(), "revision": "1", **_on_the_page(client, path)}
    form |= {name: value if isinstance(value, tuple) else filled(value, ids) for name, value in asked.items()}
    form["csrf_token"] = token
    form |= {f"{name.partition('-')[0]}-csrf_token": token for name in form if "-" in name}
    pairs = [(name, one) for name, value in form.items() for one in (value if isinstance(value, list) else [value])]
    return Call(method=method, path=path, fields=tuple(pairs))


def _on_the_page(client: FlaskClient, path: str) -> dict[str, Any]:
    """The fields of the forms of the page at that address, where there is one."""
    answer = client.get(path)
    if answer.mimetype != "text/html" or answer.status_code != 200:
        return {}
    page = html.document_fromstring(answer.get_data(as_text=True))
    return {
        str(one.get("name")): one.get("value") or ""
        for one in page.xpath("//main//form//*[@name]")
        if one.tag in ("input", "select", "textarea", "button") and one.get("type") != "file"
    }


def _part(scene: Scene, rule: Rule, method: str, name: str) -> str:
    for held in (method, "GET", "POST"):
        args = request_of(rule.endpoint, held).args
        if name in args:
            return str(filled(args[name], scene.ids))
    return scene.ids.get(name.removesuffix("_id"), NEVER)


def _path(app: Flask, rule: Rule, parts: Mapping[str, str]) -> str:
    """The address with these parts, right or wrong, in the route's own order."""
    found = ""
    for is_dynamic, text in rule._trace:
        if is_dynamic:
            found += quote(parts[text], safe="")
        elif text != "|":
            found += text
    return found


def _odd(scene: Scene, random: Random) -> str:
    """Nonsense, or an id of something: of another kind, in capital letters, cut short."""
    known = random.choice(list(scene.ids.values()))
    return random.choice(
        [random.choice(ODD)] * 5 + [known, known.upper(), known[:-1], known.replace("-", ""), f" {known} "]
    )


def _wrong_part(scene: Scene, rule: Rule, right: Call, random: Random, _token: str) -> Call:
    parts = {name: _part(scene, rule, right.method, name) for name in rule.arguments}
    parts[random.choice(sorted(rule.arguments))] = _odd(scene, random)
    path = _path(scene.app, rule, parts)
    if random.random() < 0.2:  # not even text
        path = f"{path.rpartition('/')[0]}/%ff%fe"
    return replace(right, path=path or "/")


def _wrong_field(scene: Scene, _rule: Rule, right: Call, random: Random, _token: str) -> Call:
    fields = list(right.fields or ())
    places = [number for number, (name, _) in enumerate(fields) if not name.endswith("csrf_token")]
    place = random.choice(places)
    name, value = fields[place]
    wrong: Any = _odd(scene, random)
    if isinstance(value, tuple) and random.random() < 0.6:
        wrong = (random.choice([b"", b"\xff\xfe", b"PK\x03\x04", b"%PDF-", value[0][:100]]), _odd(scene, random)[:200])
    elif random.random() < 0.15:
        wrong = (b"\xff\xfe", "a.pdf")
    fields[place] = (name, wrong)
    return replace(right, fields=tuple(fields))


def _wrong_command(scene: Scene, _rule: Rule, right: Call, random: Random, _token: str) -> Call:
    """The id of a command that is none, or that was carried out for something else."""
    with scene.container.units.reading() as uow:
        done = list(uow._connection.exec_driver_sql("SELECT id FROM commands ORDER BY id LIMIT 20").scalars())
    wrong = random.choice([*done, *(one.upper() for one in done[:3]), *scene.ids.values(), *ODD])
    fields = [(name, wrong if name.endswith("command_id") else value) for name, value in right.fields or ()]
    return replace(right, fields=tuple(fields))


def _wrong_number_of_fields(scene: Scene, _rule: Rule, right: Call, random: Random, token: str) -> Call:
    fields = [pair for pair in right.fields or () if not pair[0].endswith("csrf_token")]
    kept = [pair for pair in fields if random.random() < 0.6]
    twice = [(name, _odd(scene, random)) for name, _ in kept if random.random() < 0.5]
    more = [(f"{name}-{random.randrange(3)}", _odd(scene, random)) for name, _ in kept[:3]]
    return replace(right, fields=(("csrf_token", token), *kept, *twice, *more))


def _wrong_body(_scene: Scene, _rule: Rule, right: Call, random: Random, token: str) -> Call:
    """Other bytes and other kinds of bodies; the token against forgery is in the header, so that it gets further than that."""
    text = [(name, value) for name, value in right.fields or () if isinstance(value, str)]
    bodies = [
        (b"csrf_token=" + token.encode() + b"&" + urlencode(text).encode() + b"&text=" + random.choice(RAW), None),
        (json.dumps(random.choice(JSON)).encode(), "application/json"),
        (b"\xff{", "application/json"),
        (b"[" * 60_000, "application/json"),
        (b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--x--', "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data\r\n", "multipart/form-data; boundary=x"),
        (random.choice(RAW), "text/plain"),
        (b"", "application/octet-stream"),
    ]
    body, kind = random.choice(bodies)
    headers = (("X-CSRFToken", token), *random.choice([(), (("X-Autosave", "1"),)]))
    return replace(right, fields=None, body=body, kind=kind or "application/x-www-form-urlencoded", headers=headers)


def _wrong_query(scene: Scene, _rule: Rule, right: Call, random: Random, _token: str) -> Call:
    if random.random() < 0.2:
        return replace(right, query=f"{random.choice(PARAMETERS)}=%ff%fe&page={random.choice(['%00', '1%ff', '-'])}")
    asked = [(name, _odd(scene, random)[:3000]) for name in PARAMETERS if random.random() < 0.5]
    return replace(right, query=urlencode([*asked, ("page", str(10**18))]))


def _wrong_header(_scene: Scene, _rule: Rule, right: Call, random: Random, _token: str) -> Call:
    return replace(right, headers=tuple(random.sample(HEADERS, 2)))


def _wrong_method(_scene: Scene, _rule: Rule, right: Call, random: Random, _token: str) -> Call:
    return replace(right, method=random.choice(METHODS))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 90 else f"{text[:60]}…({len(text)})"
