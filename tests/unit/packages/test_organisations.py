"""Bodies that tasks are given to must exist while the procedure is in force."""

from datetime import date

from workflow.model.findings import Finding
from workflow.organisation.records import Organisation
from workflow.packages.package import check_package


def committee(valid_from: date, valid_to: date | None = None, level: str = "commune") -> Organisation:
    return Organisation(
        id="committee",
        code="committee",
        kind="steering-committee",
        name_vi="Ban Chỉ đạo minh họa",
        name_en="A committee",
        level=level,  # type: ignore[arg-type]  # one of the levels
        valid_from=valid_from,
        valid_to=valid_to,
    )


def missing(files: dict[str, bytes], *organisations: Organisation) -> list[Finding]:
    found = check_package(files, organisations=organisations)
    return [finding for finding in found if finding.rule == "role-without-organisation"]


def test_a_body_that_exists_while_the_procedure_is_in_force_is_no_finding(files: dict[str, bytes]) -> None:
    assert missing(files, committee(date(2020, 1, 1))) == []


def test_a_body_that_nobody_is_is_an_error_at_the_task(files: dict[str, bytes]) -> None:
    (finding,) = missing(files)

    assert finding.severity == "error"
    assert finding.element_id == "review"
    assert "steering-committee@commune" in finding.message


def test_a_body_that_ended_before_the_procedure_began_does_not_count(files: dict[str, bytes]) -> None:
    assert missing(files, committee(date(2001, 1, 1), date(2002, 12, 31)))


def test_a_body_of_another_level_does_not_count(files: dict[str, bytes]) -> None:
    assert missing(files, committee(date(2020, 1, 1), level="province"))


def test_without_organisations_nothing_is_said_of_them(files: dict[str, bytes]) -> None:
    assert [finding for finding in check_package(files) if finding.rule == "role-without-organisation"] == []
