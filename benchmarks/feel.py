"""What a FEEL expression costs once it is compiled: see README.md.

Each expression takes turns with three others: itself parsed again each time, the same calls of `jdmn-python-runtime` as jDMN's
translator writes them, and the shortest Python that gives the same value.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import geometric_mean, median
from typing import Any

from jdmn.feel.lib.DefaultStandardFEELLib import DefaultStandardFEELLib
from shared import say, spent_by

from workflow.dmn.model import Model, load
from workflow.feel.expression import NO_TYPES, compile_expression, parse

ROUNDS, QUICK_ROUNDS, CALLS, PARSES = 60, 3, 200, 4
LIBRARY: Any = DefaultStandardFEELLib()

VARIABLES: dict[str, Any] = {
    "outcome": "approve",
    "level": "commune",
    "met": Decimal(34),
    "last": Decimal(97),
    "before": Decimal(120),
    "due": date(2023, 4, 5),
    "votes": [{"outcome": "yes" if number % 3 else "no", "weight": Decimal(number)} for number in range(15)],
}


@dataclass(frozen=True, slots=True)
class Subject:
    """An expression, and the same by the library's calls and in Python."""

    name: str
    text: str
    library: Callable[[Mapping[str, Any]], Any]
    python: Callable[[Mapping[str, Any]], Any]


def _votes_library(given: Mapping[str, Any]) -> Any:
    kept = [vote for vote in given["votes"] if LIBRARY.stringEqual(vote["outcome"], "yes")]
    return LIBRARY.numericGreaterThan(
        LIBRARY.count(kept), LIBRARY.numericDivide(LIBRARY.count(given["votes"]), LIBRARY.number("2"))
    )


SUBJECTS = (
    Subject(
        "condition",
        'outcome = "approve" and met >= 30',
        lambda given: LIBRARY.booleanAnd(
            LIBRARY.stringEqual(given["outcome"], "approve"),
            LIBRARY.numericGreaterEqualThan(given["met"], LIBRARY.number("30")),
        ),
        lambda given: given["outcome"] == "approve" and given["met"] >= 30,
    ),
    Subject(
        "arithmetic",
        "decimal((last - before) / before * 100, 2)",
        lambda given: LIBRARY.decimal(
            LIBRARY.numericMultiply(
                LIBRARY.numericDivide(LIBRARY.numericSubtract(given["last"], given["before"]), given["before"]),
                LIBRARY.number("100"),
            ),
            LIBRARY.number("2"),
        ),
        lambda given: round((given["last"] - given["before"]) / given["before"] * 100, 2),
    ),
    Subject(
        "date",
        'due < date("2023-06-30")',
        lambda given: LIBRARY.dateLessThan(given["due"], LIBRARY.date("2023-06-30")),
        lambda given: given["due"] < date.fromisoformat("2023-06-30"),
    ),
    Subject(
        "filter over 15",
        'count(votes[outcome = "yes"]) > count(votes) / 2',
        _votes_library,
        lambda given: sum(vote["outcome"] == "yes" for vote in given["votes"]) > len(given["votes"]) / 2,
    ),
    Subject(
        "sum over 15",
        "sum(votes.weight)",
        lambda given: LIBRARY.sum([vote["weight"] for vote in given["votes"]]),
        lambda given: sum(vote["weight"] for vote in given["votes"]),
    ),
)
TABLE = "".join(
    f'<rule><inputEntry><text>"{name}"</text></inputEntry><inputEntry><text>[{low}..{low + 9}]</text></inputEntry>'
    f"<outputEntry><text>{low}</text></outputEntry></rule>"
    for name in ("commune", "district", "province")
    for low in range(0, 70, 10)
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds: whether it runs, not how fast it is")
    rounds = QUICK_ROUNDS if parser.parse_args().quick else ROUNDS
    measured = {subject.name: measure(subject, rounds) for subject in SUBJECTS}
    names = ("parse_each_time", "jdmn_runtime", "python")
    ratio = {
        name: round(geometric_mean(costs[name] / costs["compiled"] for costs in measured.values()), 2) for name in names
    }
    say({"ratio": ratio, "table_us": decision_table(rounds), "us": measured, "n": rounds})


def measure(subject: Subject, rounds: int) -> dict[str, float]:
    """Microseconds of one evaluation each way; the ways take turns."""
    compiled = parse(subject.text)
    assert compiled.evaluate(VARIABLES).value == subject.python(VARIABLES)
    ways: dict[str, tuple[Callable[[], object], int]] = {
        "compiled": (lambda: parse(subject.text).evaluate(VARIABLES), CALLS),
        "parse_each_time": (
            lambda: compile_expression(subject.text, frozenset(), NO_TYPES).evaluate(VARIABLES),
            PARSES,
        ),
        "jdmn_runtime": (lambda: subject.library(VARIABLES), CALLS),
        "python": (lambda: subject.python(VARIABLES), CALLS),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (work, times) in ways.items():
            spent[name].append(_each(work, times))
    return {name: round(median(seconds) * 1e6, 2) for name, seconds in spent.items()}


def _each(work: Callable[[], object], times: int) -> float:
    def repeat() -> None:
        for _ in range(times):
            work()

    spent: float = spent_by(repeat).cpu
    return spent / times


def decision_table(rounds: int) -> float:
    """Microseconds of one evaluation of a table of 21 rules and two inputs, with its explanation."""
    data = "".join(f'<inputData id="{name}" name="{name}"/>' for name in ("level", "met"))
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in ("level", "met")
    )
    columns = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in ("level", "met")
    )
    logic = f'<decisionTable hitPolicy="UNIQUE">{columns}<output/>{TABLE}</decisionTable>'
    model: Model = load(
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:b" name="b">{data}'
        f'<decision id="d" name="d">{needs}{logic}</decision></definitions>'.encode()
    )
    assert model.evaluate("d", VARIABLES) == 30
    seconds = [_each(lambda: model.explain("d", VARIABLES), 20) for _ in range(rounds)]
    return round(median(seconds) * 1e6, 1)


if __name__ == "__main__":
    main()
