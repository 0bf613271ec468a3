"""Where versions of procedures lie, and what is said of one that lies elsewhere."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.world import DEFINITIONS, shipped_folder
from workflow.errors import ConfigurationError
from workflow.packages.folders import package_folders

Lay = Callable[..., Path]
MANIFEST = b'key = "%s"\nversion_label = "%s"\neffective_from = %s-01-01\n'


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Lay a version into a folder of definitions, and return its `procedure.toml`."""

    def version(folder: str, key: str = "khen", label: str = "2023") -> Path:
        path = tmp_path / folder / "procedure.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(MANIFEST % (key.encode(), label.encode(), label[:4].encode()))
        return path

    return version


def refusal(definitions: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        package_folders(definitions)
    return str(refused.value)


def test_the_shipped_versions_of_a_procedure_lie_in_one_folder() -> None:
    found = [one.path.relative_to(DEFINITIONS).as_posix() for one in package_folders(DEFINITIONS)]

    assert found[:2] == ["dien-hinh/2023", "dien-hinh/2025"]
    assert not {path.partition("/")[0] for path in found} & {"calendar", "demonstration", "organisations"}


def test_versions_come_by_key_and_first_day(tmp_path: Path, lay: Lay) -> None:
    for folder, key, label in (
        ("khen/2025", "khen", "2025"),
        ("khen/2023-b", "khen", "2023-b"),
        ("an/2030", "an", "2030"),
    ):
        lay(folder, key, label)

    found = [(one.manifest.key, one.manifest.version_label) for one in package_folders(tmp_path)]

    assert found == [("an", "2030"), ("khen", "2023-b"), ("khen", "2025")]


def test_what_has_no_procedure_toml_is_no_version(tmp_path: Path, lay: Lay) -> None:
    lay("khen/2023")
    lay(".khen/2023")
    (tmp_path / "calendar" / "old").mkdir(parents=True)
    (tmp_path / "calendar" / "old" / "overrides.toml").write_bytes(b"day = []\n")

    assert [one.path for one in package_folders(tmp_path)] == [tmp_path / "khen" / "2023"]


def test_a_version_is_the_same_wherever_its_folder_lies(tmp_path: Path) -> None:
    shipped = shipped_folder("2025")
    shutil.copytree(shipped.path, tmp_path / "dien-hinh" / "2025")

    assert package_folders(tmp_path)[0].files() == shipped.files()


@pytest.mark.parametrize("folder", ["khen", "khen/2023/2023", "."])
def test_a_version_that_lies_elsewhere_is_named_with_the_place_where_it_belongs(
    tmp_path: Path, lay: Lay, folder: str
) -> None:
    path = lay(folder)

    said = refusal(tmp_path)

    assert said.startswith(f"{path} does not lie where a version of a procedure lies.")
    assert said.endswith(f"to {tmp_path / 'khen' / '2023'}.")


def test_a_folder_of_another_procedure_is_named(tmp_path: Path, lay: Lay) -> None:
    path = lay("thuong/2023")

    assert refusal(tmp_path).startswith(f"{path}: key is “khen”, but the folder of the procedure is called “thuong”.")


def test_a_folder_of_another_version_is_named(tmp_path: Path, lay: Lay) -> None:
    path = lay("khen/2024")

    assert refusal(tmp_path).startswith(
        f"{path}: version_label is “2023”, but the folder of the version is called “2024”."
    )


def test_two_versions_of_one_name_are_both_named(tmp_path: Path, lay: Lay) -> None:
    paths = [lay("khen/2022").parent, lay("khen/2023").parent]

    assert refusal(tmp_path).startswith(f"{paths[0]} and {paths[1]} are both version “2023” of the procedure “khen”.")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"key = ", "cannot be read as TOML"),
        (b'version_label = "2023"\neffective_from = 2023-01-01\n', "key is missing"),
        (b'key = "khen"\neffective_from = 2023-01-01\n', "version_label is missing"),
        (b'key = "khen"\nversion_label = "2023"\n', "effective_from is missing"),
    ],
)
def test_a_version_that_does_not_say_what_it_is_is_named(tmp_path: Path, lay: Lay, content: bytes, fault: str) -> None:
    path = lay("khen/2023")
    path.write_bytes(content)

    said = refusal(tmp_path)

    assert said.startswith(f"{path} cannot be used: ")
    assert fault in said
