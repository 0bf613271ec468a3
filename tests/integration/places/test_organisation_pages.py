"""The register of organisations page by page: every one once, in one order, however many there are."""

from datetime import date

from tests.support.world import World, command
from workflow.organisation.records import Organisation
from workflow.services.places.organisations import AddOrganisation, OrganisationData, OrganisationQuery
from workflow.store.rows import Page

SIZE = 50


def communes(number: int) -> list[Organisation]:
    """Communes of one district that bear the same name, as many do."""
    return [
        Organisation(
            id=f"xa-{index:04}",
            code=f"xa-{index:04}",
            kind="commune",
            level="commune",
            type="xã",
            name_vi="Xã Trùng Tên",
            name_en="Same Name",
            territory_id="thuong-xuan",
            valid_from=date(2022, 1, 1),
            source="thử nghiệm",
        )
        for index in range(number)
    ]


def test_each_organisation_stands_on_one_page(world: World) -> None:
    world.organisations.import_data(communes(230), (), world.setup())
    admin = world.person("admin", "administrator", "thanh-hoa")
    every = {one.id for one in world.organisations.list(admin)}

    for where in (OrganisationQuery(), OrganisationQuery(text="trùng tên")):
        total = world.organisations.page(admin, where, Page(limit=SIZE))[1]
        seen = [
            one.id
            for offset in range(0, total, SIZE)
            for _depth, one in world.organisations.page(admin, where, Page(limit=SIZE, offset=offset))[0]
        ]
        assert len(seen) == total == len(set(seen))
        assert set(seen) == (every if not where.is_search else {one.id for one in communes(230)})
        assert world.organisations.page(admin, where, Page(limit=SIZE, offset=total)) == ([], total)


def test_one_stands_behind_the_area_in_which_it_sits(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")

    lines, _total = world.organisations.page(admin, OrganisationQuery(), Page(limit=500))

    depth = {one.id: deep for deep, one in lines}
    assert (depth["thanh-hoa"], depth["thuong-xuan"], depth["tho-thanh"]) == (0, 1, 2)
    order = [one.id for _deep, one in lines]
    assert order.index("thanh-hoa") < order.index("thuong-xuan") < order.index("tho-thanh")


def test_what_was_added_is_on_the_next_page_that_is_asked_for(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    found = OrganisationQuery(text="trường mới", kind="school", managing_level="commune")
    assert world.organisations.page(admin, found, Page()) == ([], 0)

    new = OrganisationData(
        code="truong-moi",
        kind="school",
        name_vi="Trường Mới",
        name_en="New School",
        territory_id="tho-thanh",
        managing_level="commune",
        managing_id="ubnd-tho-thanh",
        valid_from=date(2023, 1, 1),
    )
    world.organisations.add(admin, AddOrganisation(organisation_id="truong-moi", data=new, command_id=command()))

    ((depth, record),), total = world.organisations.page(admin, found, Page())
    assert (depth, record.id, record.revision, total) == (0, "truong-moi", 1, 1)
