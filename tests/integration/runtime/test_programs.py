"""Published versions are compiled once, never from a draft, and never from files that were altered."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.support.world import World, shipped_package
from workflow.errors import AuditBroken, InvalidInput
from workflow.runtime.programs import Programs
from workflow.services.casework.application import UnitApplication
from workflow.services.ground.register import OrganisationRegister
from workflow.services.places.calendar import SetCalendarDay
from workflow.services.procedures.drafts import CreateDraft
from workflow.store.procedures import definition_files


def test_a_version_is_compiled_once(world: World) -> None:
    version_id = world.publishing.install(shipped_package(), world.setup())

    with world.units.reading() as uow:
        first, second = world.programs.get(uow, version_id), world.programs.get(uow, version_id)

    assert first is second
    assert first.program.process.user_tasks
    assert {len(found.criteria) for found in first.package.criteria_sets.values()} == {34, 14}


def test_a_changed_calendar_reaches_a_program_that_is_kept(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.publishing.install(shipped_package(), world.setup())
    start = datetime(2023, 3, 7, 3, tzinfo=UTC)

    def a_day_later() -> date:
        with world.units.reading() as uow:
            working_time = world.programs.get(uow, version_id).program.working_time
        assert working_time is not None
        return working_time.add(start, "WT1D").date()

    assert a_day_later() == date(2023, 3, 8)
    world.calendar.set_day(admin, SetCalendarDay(on=date(2023, 3, 8), kind="holiday", name="Ngày thử"))
    assert a_day_later() == date(2023, 3, 9)


def test_a_draft_is_never_run(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))

    with world.units.reading() as uow, pytest.raises(InvalidInput):
        world.programs.get(uow, version_id)


def test_files_that_were_altered_in_the_database_are_not_run(world: World, engine: sa.Engine) -> None:
    version_id = world.publishing.install(shipped_package(), world.setup())
    with engine.begin() as connection:
        connection.execute(
            sa.update(definition_files)
            .where(definition_files.c.version_id == version_id, definition_files.c.path == "procedure.toml")
            .values(content=shipped_package()["procedure.toml"] + b"\n# changed\n")
        )

    with world.units.reading() as uow, pytest.raises(AuditBroken):
        world.programs.get(uow, version_id)


def test_no_more_versions_are_kept_than_the_bound(world: World) -> None:
    programs = Programs(UnitApplication(OrganisationRegister()), kept=1)
    first = world.publishing.install(shipped_package(), world.setup())
    second = world.publishing.install(shipped_package("2025"), world.setup())

    with world.units.reading() as uow:
        kept = programs.get(uow, first)
        programs.get(uow, second)
        assert programs.get(uow, first) is not kept
