"""Organisation files: what is read, and by which name a fault is refused."""

import re
from datetime import date

import pytest

from workflow.errors import InvalidInput
from workflow.organisation.data import load_organisations

PROVINCE = """
[[organisation]]
id = "tinh"
code = "38"
kind = "province"
level = "province"
name_vi = "Tỉnh Mẫu"
name_en = "Sample Province"
valid_from = 2022-01-01
source = "mẫu"
"""
COMMUNE = """
[[organisation]]
code = "xa"
kind = "commune"
type = "xã"
level = "commune"
name_vi = "Xã Mẫu"
name_en = "Sample Commune"
territory = "tinh"
valid_from = 2022-01-01
valid_to = 2025-06-30
source = "mẫu"
"""
BODIES = """
[[bodies]]
kind = "police"
areas = ["tinh", "xa"]
id = "cong-an-{area}"
name_vi = "Công an {area}"
name_en = "Police of {area}"
valid_to = 2024-12-31
source = "mẫu"
"""
UNIT = """
[[organisation]]
code = "dn"
kind = "enterprise"
name_vi = "Doanh nghiệp Mẫu"
name_en = "Sample Enterprise"
territory = "xa"
managing_level = "province"
managing = "cong-an-tinh"
valid_from = 2022-01-01
source = "mẫu"
"""
SUCCESSION = """
[[succession]]
predecessor = "xa"
successor = "xa-moi"
kind = "merge"
on = 2025-07-01
paper = "NQ"
"""
NEW_COMMUNE = COMMUNE.replace('"xa"', '"xa-moi"').replace(
    "valid_from = 2022-01-01\nvalid_to = 2025-06-30", "valid_from = 2025-07-01"
)
ALL = PROVINCE + COMMUNE + NEW_COMMUNE + BODIES + UNIT + SUCCESSION


def load(text: str) -> None:
    load_organisations({"x.toml": text.encode()})


def test_bodies_are_made_for_each_area_within_its_validity() -> None:
    organisations, _ = load_organisations({"x.toml": ALL.encode()})
    police = {o.id: o for o in organisations if o.kind == "police"}
    assert {key: body.name_vi for key, body in police.items()} == {
        "cong-an-tinh": "Công an tỉnh Mẫu",
        "cong-an-xa": "Công an xã Mẫu",
    }
    assert police["cong-an-xa"].valid_to == date(2024, 12, 31)
    assert (police["cong-an-xa"].level, police["cong-an-xa"].territory_id) == ("commune", "xa")


def test_references_cross_files() -> None:
    files = {"a.toml": (SUCCESSION + UNIT + BODIES).encode(), "b.toml": (PROVINCE + COMMUNE + NEW_COMMUNE).encode()}
    organisations, successions = load_organisations(files)
    assert len(organisations) == 6
    assert [s.successor_id for s in successions] == ["xa-moi"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('territory = "tinh"', 'territory = "nowhere"', "territory nowhere is not known"),
        ('territory = "xa"', 'territory = "cong-an-xa"', "territory cong-an-xa is no area"),
        ('territory = "tinh"\n', "", "it needs a territory"),
        ('managing_level = "province"\nmanaging = "cong-an-tinh"\n', "", "a unit needs managing_level"),
        ('managing_level = "province"', 'managing_level = "district"', "is of the level province, not district"),
        ('kind = "province"\nlevel = "province"', 'kind = "province"\nlevel = "commune"', "must be province"),
        ('level = "province"', 'level = "village"', "level village is none of"),
        ("valid_to = 2025-06-30", "valid_to = 2021-06-30", "before it begins"),
        ("valid_from = 2022-01-01", 'valid_from = "2022-01-01"', "valid_from must be a date"),
        ('code = "xa"', 'code = "xa"\ncolour = "red"', "unknown key colour"),
        ('name_vi = "Xã Mẫu"\n', "", "name_vi must be a text"),
        ('source = "mẫu"', 'source = ""', "source must be a text"),
        ('code = "dn"', 'code = "dn"\nid = "tinh"', "the id tinh is given twice"),
        ('code = "dn"', 'code = "38"\nid = "dn"', "the code 38 is borne by"),
        ('areas = ["tinh", "xa"]', 'areas = ["tinh", "dn"]', "there is no area dn"),
        ('areas = ["tinh", "xa"]', "areas = []", "areas must be a list"),
        ('successor = "xa-moi"', 'successor = "nowhere"', "nowhere is not known"),
        ('kind = "merge"', 'kind = "marriage"', "kind marriage is none of"),
        ("on = 2025-07-01", "on = 2025-08-01", "must end on the day before 2025-08-01"),
        ('successor = "xa-moi"', 'successor = "cong-an-xa"', "cong-an-xa is not valid on 2025-07-01"),
        (
            'kind = "enterprise"',
            'kind = "xa"',
            "there is no kind of unit “xa”. Write one of province, district, commune",
        ),
        ('kind = "police"', 'kind = "cong-an"', "there is no kind of body “cong-an”. Write one of"),
        ("[[succession]]", "[[successions]]", "expected is one of"),
        ("[[succession]]", "[[succession", "x.toml"),
    ],
)
def test_a_fault_is_refused_with_file_entry_and_problem(old: str, new: str, problem: str) -> None:
    assert old in ALL
    with pytest.raises(InvalidInput, match=re.escape(problem)) as refusal:
        load(ALL.replace(old, new, 1) if old != "[[succession]]" else ALL.replace(old, new))
    assert "x.toml" in str(refusal.value)


def test_a_kind_of_body_is_used_once_it_is_said_what_it_is() -> None:
    board = BODIES.replace('kind = "police"', 'kind = "ward-board"')
    kind = '[[kind]]\nid = "ward-board"\nmeaning = "Ban của phường"\n'
    with pytest.raises(InvalidInput, match="ward-board"):
        load(PROVINCE + COMMUNE + board)

    organisations, _ = load_organisations({"a.toml": (PROVINCE + COMMUNE + board).encode(), "b.toml": kind.encode()})

    assert sorted(one.id for one in organisations if one.is_body) == ["cong-an-tinh", "cong-an-xa"]
    with pytest.raises(InvalidInput, match="meaning must be a text"):
        load(kind.replace('meaning = "Ban của phường"\n', "") + PROVINCE)


def test_a_body_needs_the_level_for_whose_area_it_acts() -> None:
    police = COMMUNE.replace('kind = "commune"', 'kind = "police"')
    with pytest.raises(InvalidInput, match="“police”, needs the level"):
        load(PROVINCE + police.replace('level = "commune"\n', ""))
    load(PROVINCE + police)


def test_territories_that_go_in_a_circle_are_refused() -> None:
    two = COMMUNE + COMMUNE.replace('"xa"', '"xb"').replace('territory = "tinh"', 'territory = "xa"')
    with pytest.raises(InvalidInput, match="circle"):
        load(PROVINCE + two.replace('territory = "tinh"', 'territory = "xb"'))


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"x\.toml"):
        load_organisations({"x.toml": b"\xff\xfe"})
