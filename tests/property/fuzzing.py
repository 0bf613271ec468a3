"""`make fuzz`: files and expressions as a careless hand, another tool or an attacker leaves them, by the thousand.

Whatever they hold, `simulate`, `dmn.load` (and evaluating what was loaded), `feel.evaluate` and `definition check` end with a value, findings or
a documented exception. Prints the seed and what was counted; the exit code is 1 when any other exception left one of them.
"""

import argparse
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from secrets import randbelow
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any
from xml.sax.saxutils import escape

from click.testing import CliRunner

from tests.support.mutations import changed
from workflow import dmn
from workflow.bpmn.reader import examine_bpmn
from workflow.budget import Allowance, within
from workflow.cli.main import main as command
from workflow.dmn.model import load
from workflow.errors import BudgetSpent, DefinitionRejected, ExpressionError, InvalidInput, NotFound
from workflow.feel import evaluate
from workflow.model.uses import uses_of
from workflow.simulate import simulate

ROOT = Path(__file__).parents[2]
BESIDE = ROOT.parent / "shared" / "conformance"
WHOLE = 20_000
_MOST = Allowance(steps=300_000, seconds=10)
_SLOW = 30.0
"""A file for which anything takes longer is as good as one that never ends."""
_VALUES: dict[str, Any] = {"n": 3, "x": None, "text": "abc", "list": [1, 2, None], "a": {"b": 1}, "Số tiền": 10}
_PIECES = (
    "null", "true", "-1", "1e400", ".5", '"\\u0000"', '@"2024-02-30"', '@"P1D"', '@"9999-12-31T23:59:59.999999999@Europe/Berlin"', "[", "]", "(", ")",
    "{", "}", "..", ".", ",", ":", "?", "item", "partial", "for i in 1..3 return i", "some x in list satisfies x", "function(a) a(a)", "instance of",
    "between 1 and", "in", "not(", "**", "-", "/ 0", "[1..2]", "date(", "duration(", 'matches("a", "[")', "sort(list, function(a, b) a)", "\u200b", "\ud800",
    "number(text, text, text)", "a.b.c", "Số tiền", "10 ** 10 ** 10", "if null then", "substring(text, 1e40)", "string join(list, list)", "@", '"',
)  # fmt: skip


@dataclass
class Outcome:
    """What was tried, how it ended, and what should not have happened."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def sources() -> dict[str, list[bytes]]:
    """The files and expressions that are changed: the project's own, and the conformance material where it stands beside."""
    places = [
        ROOT / "tests" / "conformance" / "corpus",
        ROOT / "definitions",
        BESIDE / "tck",
        BESIDE / "field",
        BESIDE / "execution",
    ]
    files = [path for place in places for path in sorted(place.rglob("*.*")) if path.suffix in (".bpmn", ".dmn")]
    found: dict[str, list[bytes]] = {"bpmn": [], "dmn": [], "feel": []}
    for path in files:
        found[path.suffix[1:]].append(path.read_bytes())
    texts = {piece for piece in _PIECES if len(piece) > 8}
    for content in found["bpmn"][:400]:
        for process in examine_bpmn(content).processes.values():
            texts |= {use.expression.text for use in uses_of(process)}
    found["feel"] = [text.encode("utf-8", "replace") for text in sorted(texts)]
    return found


def expression(text: str, random: Random, others: list[bytes]) -> str:
    """An expression with one to three changes."""
    for _ in range(random.randint(1, 3)):
        at, until = sorted(random.randint(0, len(text)) for _ in range(2))
        kind = random.randrange(5)
        if kind == 0:
            text = text[:at] + random.choice(_PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[until:]
        elif kind == 2:
            text = f"{text} {random.choice(('+', '=', 'and', '**', ',', 'in', '<'))} {random.choice(others).decode()}"
        elif kind == 3:
            text = text[:at] + text[at:until] * 3 + text[until:]
        else:
            text = f"{random.choice(('(', '[', '-', 'not(', 'count(', 'string('))}{text}{random.choice((')', ']', '', '.x', '[1]'))}"
    return text[:3000]


_PLACES = re.compile(
    rb"(<(?:\w+:)?(script|conditionExpression|condition|text|loopCardinality|loopCondition|completionCondition|activationCondition|timeDate"
    rb"|timeDuration|timeCycle|from|to)\b[^>]*>)([^<]*)(</)"
)
_ATTRIBUTES = re.compile(rb"(camunda:\w+=\")(=[^\"]*)(\")")
_TIMES = (
    "PT5M", "P1M", "PT0.5H", "P0.5M", "R3/PT1H", "R2/PT5M/2026-01-06T12:13:00+07:00", "R/2020-01-01T00:00Z/P1D", "2026-01-06", "2026-W02-3T10:00Z", "WT3D",
    "2026-01-05T09:00/10:00", "P999Y", "-PT1H", "R/P1Y", "0001-01-01", "9999-12-31T23:59:59Z", "=null", "=1", '=@"P1D" * 1e30', "R999999/PT1S", "=now()",
)  # fmt: skip


def gently(content: bytes, random: Random, others: list[bytes]) -> bytes:
    """A file in which one expression or time is another one, so that it may still run."""
    found = [*_PLACES.finditer(content), *_ATTRIBUTES.finditer(content)]
    if not found:
        return damaged(content, random)
    match = random.choice(found)
    if match.re is _PLACES and match[2].startswith(b"time") and random.random() < 0.7:
        put = random.choice(_TIMES)
    else:
        put = random.choice(others).decode()
        put = expression(put, random, others) if random.random() < 0.4 else put
        put = put if match.re is _PLACES else f"={put}"
    written = escape(put, {'"': "&quot;"}).encode("utf-8", "replace")
    last = match.lastindex or 0
    return content[: match.end(1)] + written + content[match.start(last) :]


def damaged(content: bytes, random: Random) -> bytes:
    """A file whose bytes were cut, doubled or changed, or that is written in another encoding than it says."""
    at, until = sorted(random.randint(0, len(content)) for _ in range(2))
    kind = random.randrange(5)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + content[at : at + 300] * 2 + content[at + 300 :]
    if kind == 2:
        return content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]
    if kind == 3:
        text = content.decode("utf-8", "replace")
        return text.encode(random.choice(("utf-16", "latin-1", "cp1258", "utf-32")), "replace")
    return content[:at] + content[until:]


@contextmanager
def counted(outcome: Outcome, what: str, name: str, allowed: tuple[type[BaseException], ...]) -> Iterator[None]:
    """Count how it ends; any exception but those that are allowed is noted with its trace."""
    begun = monotonic()
    try:
        with within(_MOST):
            yield
        outcome.counts[f"{what}: done"] += 1
    except allowed as error:
        outcome.counts[f"{what}: {type(error).__name__}"] += 1
    except Exception:
        outcome.counts[f"{what}: UNDOCUMENTED"] += 1
        outcome.broken.append(f"{what}, {name}\n{traceback.format_exc(limit=-6)}")
    if monotonic() - begun > _SLOW:
        outcome.broken.append(f"{what}, {name}: took {monotonic() - begun:.0f} s")


def try_bpmn(content: bytes, name: str, outcome: Outcome, folder: Path) -> None:
    """Simulate a file, and check it on the command line."""
    with counted(outcome, "simulate", name, (DefinitionRejected, InvalidInput, NotFound, BudgetSpent)):
        result = simulate(content, variables=_VALUES, until="P40D", max_steps=150)
        assert result.status in ("completed", "failed", "active", "waiting", "stopped", "cancelled"), result.status
    path = folder / "one.bpmn"
    path.write_bytes(content)
    with counted(outcome, "definition check", name, ()):
        ran = CliRunner().invoke(command, ["definition", "check", "--in-process", str(path)])
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        assert ran.exit_code in (0, 1, 3), ran.output


def try_dmn(content: bytes, name: str, outcome: Outcome, folder: Path) -> None:
    """Read a model both ways, and ask all that it decides."""
    for read in (load, dmn.load):
        model = None
        with counted(outcome, "dmn.load", name, (DefinitionRejected, BudgetSpent)):
            model = read(content)
        for asked in list(model.decisions if model is not None else ())[:6]:
            with counted(outcome, "evaluate", name, (BudgetSpent,)):
                assert model is not None
                model.explain(asked, _VALUES)


def try_feel(content: bytes, name: str, outcome: Outcome, folder: Path) -> None:
    """Evaluate an expression, and write its value down."""
    with counted(outcome, "feel.evaluate", name, (ExpressionError,)):
        evaluate(content.decode("utf-8", "surrogatepass"), _VALUES)


_TRY: dict[str, Callable[[bytes, str, Outcome, Path], None]] = {"bpmn": try_bpmn, "dmn": try_dmn, "feel": try_feel}


def mutation(kind: str, random: Random, found: dict[str, list[bytes]]) -> bytes:
    content = random.choice(found[kind])
    if kind == "feel":
        return expression(content.decode(), random, found["feel"]).encode("utf-8", "surrogatepass")
    chance = random.random()
    if chance < 0.1:
        return damaged(content, random)
    if chance < 0.7:
        for _ in range(random.randint(1, 3)):
            content = gently(content, random, found["feel"])
        return content
    for _ in range(random.randint(1, 3)):
        content = changed(f"one.{kind}", content, random)
    return content


def run(seed: int, number: int, keep: Path | None = None) -> Outcome:
    """So many mutated files: half processes, a quarter decision models, a quarter expressions. Each is made from the seed and its number."""
    found = sources()
    outcome = Outcome()
    with TemporaryDirectory() as folder:
        for index in range(number):
            kind = ("bpmn", "dmn", "bpmn", "feel")[index % 4]
            content = mutation(kind, Random(f"{seed}-{index}"), found)
            before = len(outcome.broken)
            _TRY[kind](content, f"number {index}", outcome, Path(folder))
            outcome.counts[f"{kind} files"] += 1
            if keep is not None and len(outcome.broken) > before:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{index}.{kind}").write_bytes(content)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=randbelow(1_000_000))
    parser.add_argument("--number", type=int, default=WHOLE)
    parser.add_argument("--keep", type=Path, help="a folder for the files that broke something")
    chosen = parser.parse_args()
    print(f"seed: {chosen.seed}, number: {chosen.number}", flush=True)
    outcome = run(chosen.seed, chosen.number, chosen.keep)
    for broken in outcome.broken:
        print(broken)
    for what, count in sorted(outcome.counts.items()):
        print(f"{what}: {count}")
    print(f"seed: {chosen.seed}, broken: {len(outcome.broken)}")
    return 1 if outcome.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
