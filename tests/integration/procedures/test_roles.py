"""Whose a role is: one of the register, which every procedure may name, or a procedure's own."""

from dataclasses import replace

import pytest

from tests.support.world import World, shipped_package
from workflow.services.ground.roles import KnownRole, known_roles

OWN = {"inspector": "reviewer", "committee-chair": "head"}
"""Roles of the shipped procedure → ids that no register knows."""


def with_own_roles(key: str, label: str = "") -> dict[str, bytes]:
    """The shipped package under another key, some of its roles with ids that are no role of the register."""
    files = shipped_package()
    for path in ("procedure.toml", "dien-hinh.bpmn"):
        text = files[path].decode()
        for old, new in OWN.items():
            for place in (f'id = "{old}"', f'candidateGroups="{old}"', f'role="{old}"'):
                text = text.replace(place, place.replace(old, new))
        files[path] = text.encode()
    manifest = files["procedure.toml"].decode().replace('key = "dien-hinh"', f'key = "{key}"')
    if label:
        manifest = manifest.replace("Thành viên đoàn kiểm tra", label)
    return {
        **{path: content for path, content in files.items() if "/" not in path or not path.startswith("tests/")},
        "procedure.toml": manifest.encode(),
    }


def published(world: World, files: dict[str, bytes]) -> str:
    return world.publishing.install(files, world.setup())


def known(world: World) -> dict[str, KnownRole]:
    with world.units.reading() as uow:
        return known_roles(uow, world.library.roles)


def test_two_procedures_that_use_one_id_have_nothing_in_common(world: World) -> None:
    first = published(world, with_own_roles("mot"))
    second = published(world, with_own_roles("hai", "Người khác hẳn"))

    roles = known(world)

    assert roles["mot:reviewer"].label.vi == "Thành viên đoàn kiểm tra"
    assert roles["hai:reviewer"].label.vi == "Người khác hẳn"
    assert list(roles["mot:reviewer"].procedures) == ["mot"]
    with world.units.reading() as uow:
        packages = [world.programs.get(uow, version_id).package for version_id in (first, second)]
    assert [package.held_as("reviewer") for package in packages] == ["mot:reviewer", "hai:reviewer"]
    assert [package.held_as("board-member") for package in packages] == ["board-member", "board-member"]


def test_a_role_that_no_manifest_lists_is_nobody_elses(world: World) -> None:
    version_id = published(world, with_own_roles("mot"))
    with world.units.reading() as uow:
        package = world.programs.get(uow, version_id).package
    for written in ("committee-chair", "hai:reviewer"):
        assert package.held_as(written) == f"mot:{written}"


def test_a_role_of_the_register_belongs_to_every_procedure_that_names_it(world: World) -> None:
    published(world, shipped_package())
    published(world, with_own_roles("mot"))

    role = known(world)["board-member"]

    assert (role.registered, list(role.procedures), role.bodies) == (
        True,
        ["dien-hinh", "mot"],
        ("steering-committee",),
    )


def test_a_new_version_goes_on_with_the_names_of_the_one_before(world: World) -> None:
    """What was published before roles had an owner calls them by their ids, and so do the assignments of that time."""
    version_id = published(world, with_own_roles("mot"))
    with world.units() as uow:
        version = uow.definitions.get(version_id)
        uow.definitions.save(replace(version, roles=None))
        uow.commit()

    later = published(world, with_own_roles("mot", "Người kiểm tra"))

    with world.units.reading() as uow:
        assert (uow.definitions.get(later).roles or {})["reviewer"] == "reviewer"
    assert "reviewer" in known(world)
    published(world, with_own_roles("hai"))
    assert known(world)["reviewer"].procedures.keys() == {"mot"}


@pytest.mark.parametrize("held", ["manager", "auditor", "administrator", "definition-reviewer"])
def test_the_installations_own_roles_are_known_too(world: World, held: str) -> None:
    assert known(world)[held].procedures == {}
