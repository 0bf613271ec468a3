"""Whatever is changed of the organisations, a day of which the tree says that nothing differs finds the same bodies as before."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings, strategies as st

from tests.support.world import shipped_organisations
from workflow.errors import InvalidInput, NotFound
from workflow.organisation.candidates import resolve_body
from workflow.organisation.records import LEVELS, Organisation, Succession
from workflow.organisation.tree import OrganisationTree

ORGANISATIONS, SUCCESSIONS = shipped_organisations()
IDS = [one.id for one in ORGANISATIONS]
SUBJECTS = [one.id for one in ORGANISATIONS if one.is_unit or one.kind == "commune"]
KINDS = sorted({one.kind for one in ORGANISATIONS if one.is_body})
JURISDICTIONS = [f"{kind}@{level}" for kind in KINDS for level in (*LEVELS, "managing")]
DAYS = st.sampled_from([date(2022, 6, 30) + timedelta(days=61 * step) for step in range(25)])
CHANGES = st.one_of(
    st.fixed_dictionaries({"territory_id": st.sampled_from([None, *IDS])}),
    st.fixed_dictionaries({"managing_id": st.sampled_from([None, *IDS]), "managing_level": st.sampled_from(LEVELS)}),
    st.fixed_dictionaries({"level": st.sampled_from([None, *LEVELS])}),
    st.fixed_dictionaries({"kind": st.sampled_from([*KINDS, *LEVELS, "school"])}),
    st.fixed_dictionaries({"valid_from": DAYS}),
    st.fixed_dictionaries({"valid_to": st.one_of(st.none(), DAYS)}),
    st.fixed_dictionaries({"name_vi": st.just("Tên khác"), "source": st.just("khác")}),
)


@cache
def before() -> OrganisationTree:
    """By id, as the register reads them."""
    return OrganisationTree(sorted(ORGANISATIONS, key=lambda one: one.id), SUCCESSIONS)


def body(tree: OrganisationTree, jurisdiction: str, subject: str, on: date) -> str | None:
    try:
        return resolve_body(tree, jurisdiction, subject, on)
    except (NotFound, InvalidInput):
        return None


def found(tree: OrganisationTree, on: date) -> list[str | None]:
    return [body(tree, jurisdiction, subject, on) for jurisdiction in JURISDICTIONS for subject in SUBJECTS]


def holds(organisations: list[Organisation], successions: list[Succession], on: date) -> None:
    after = OrganisationTree(sorted(organisations, key=lambda one: one.id), successions)
    if not before().may_differ(after, [on]):
        assert found(after, on) == found(before(), on)


def test_what_makes_no_difference_is_passed_over_and_what_makes_one_is_not() -> None:
    ward = next(one for one in ORGANISATIONS if one.id == "tho-thanh")
    on, later = date(2023, 6, 1), date(2024, 6, 1)
    for new, differs in (
        (replace(ward, name_vi="Tên khác", source="khác"), False),
        (replace(ward, valid_to=later), False),
        (replace(ward, valid_to=on - timedelta(days=1)), True),
        (replace(ward, territory_id="thuong-xuan" if ward.territory_id != "thuong-xuan" else "dong-son"), True),
    ):
        after = OrganisationTree([new if one is ward else one for one in ORGANISATIONS], SUCCESSIONS)
        assert before().may_differ(after, [on]) == (frozenset({on}) if differs else frozenset())


@settings(deadline=None)
@given(which=st.sampled_from(IDS), change=CHANGES, on=DAYS)
def test_a_changed_organisation(which: str, change: dict[str, Any], on: date) -> None:
    holds([replace(one, **change) if one.id == which else one for one in ORGANISATIONS], list(SUCCESSIONS), on)


@settings(deadline=None)
@given(like=st.sampled_from(IDS), change=CHANGES, new=st.sampled_from(["aaa", "zzz"]), on=DAYS)
def test_an_added_organisation(like: str, change: dict[str, Any], new: str, on: date) -> None:
    model = next(one for one in ORGANISATIONS if one.id == like)
    holds([*ORGANISATIONS, replace(model, id=new, code=new, **change)], list(SUCCESSIONS), on)


@settings(deadline=None)
@given(pair=st.lists(st.sampled_from(IDS), min_size=2, max_size=2, unique=True), turn=DAYS, on=DAYS)
def test_a_succession(pair: list[str], turn: date, on: date) -> None:
    old, new = pair
    ended = [
        replace(one, valid_to=one.valid_to or turn - timedelta(days=1)) if one.id == old else one
        for one in ORGANISATIONS
    ]
    added = Succession(predecessor_id=old, successor_id=new, kind="merge", on=turn)
    holds(ended, [*SUCCESSIONS, added], on)


def test_what_makes_no_difference_is_said_to_make_none() -> None:
    renamed = [replace(one, name_vi="Tên khác") for one in ORGANISATIONS]
    later = [replace(one, valid_to=date(2030, 1, 1)) if one.valid_to is None else one for one in ORGANISATIONS]
    days = [date(2023, 3, 1), date(2025, 8, 1)]

    assert not before().may_differ(OrganisationTree(renamed, SUCCESSIONS), days)
    assert not before().may_differ(OrganisationTree(later, SUCCESSIONS), days)
    assert before().may_differ(OrganisationTree(later, SUCCESSIONS), [date(2031, 1, 1)]) == {date(2031, 1, 1)}
