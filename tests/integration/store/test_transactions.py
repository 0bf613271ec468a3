"""What a transaction keeps in mind of what it has read, and what saving a record leaves alone."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.world import World, shipped_package
from workflow.errors import Conflict
from workflow.services.campaigns.campaigns import CreateCampaign
from workflow.store.accounts import UserRecord
from workflow.store.unit_of_work import UnitsOfWork

NAME = "test.revision"
PERSON = UserRecord(
    id="u1", login="a", name="A", email=None, password_hash="-", created_at=datetime(2023, 1, 1, tzinfo=UTC)
)


class _Undone(Exception):
    pass


def test_a_setting_that_is_written_is_read_anew(units: UnitsOfWork) -> None:
    with units() as uow:
        assert uow.settings.get(NAME) is None
        uow.settings.put(NAME, "1")
        assert uow.settings.get(NAME) == "1"
        uow.settings.put(NAME, "2")
        assert uow.settings.get(NAME) == "2"


def test_a_setting_that_a_savepoint_took_back_is_not_remembered(units: UnitsOfWork) -> None:
    with units() as uow:
        assert uow.settings.get(NAME) is None
        with suppress(_Undone), uow.savepoint():
            uow.settings.put(NAME, "1")
            assert uow.settings.get(NAME) == "1"
            raise _Undone
        assert uow.settings.get(NAME) is None


def test_a_setting_is_one_throughout_a_transaction_and_new_in_the_next(units: UnitsOfWork) -> None:
    with units.reading() as reader:
        before = reader.settings.get(NAME)
        with units() as writer:
            writer.settings.put(NAME, "1")
            writer.commit()
        assert reader.settings.get(NAME) == before
    with units.reading() as later:
        assert later.settings.get(NAME) == "1"


def test_saving_a_record_of_an_older_revision_is_a_conflict(units: UnitsOfWork) -> None:
    with units() as uow:
        uow.accounts.add(PERSON)
        saved = uow.accounts.save(replace(PERSON, name="B"))
        with pytest.raises(Conflict):
            uow.accounts.save(replace(PERSON, name="C"))
        assert (saved.revision, uow.accounts.get(PERSON.id)) == (2, saved)


def test_saving_a_campaign_keeps_the_number_that_another_transaction_has_raised(
    world: World, units: UnitsOfWork
) -> None:
    world.publishing.install(shipped_package(), world.setup())
    manager = world.person("quanly", "manager", "thanh-hoa")
    new = CreateCampaign(key="dien-hinh", year=2023, province="thanh-hoa", name_vi="Đợt", name_en="Campaign")
    campaign_id = world.campaigns.create(manager, new)
    with units() as uow:
        read_before = uow.campaigns.get(campaign_id)
        assert uow.campaigns.next_number(campaign_id) == 1
        uow.campaigns.save(replace(read_before, name_vi="Đợt mới"))
        assert uow.campaigns.next_number(campaign_id) == 2
        assert uow.campaigns.get(campaign_id).name_vi == "Đợt mới"
