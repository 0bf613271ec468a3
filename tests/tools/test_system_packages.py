"""What must be installed from Debian is found missing, and installed or asked for, before anything else is tried."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "system-packages"
DRIVER = "playwright/driver/node"
# libc6, libgcc-s1, libstdc++6 and zlib1g: no Debian is without them, as apt and dpkg are not.
ON_EVERY_DEBIAN = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libresolv.so.2", "librt.so.1"} | {
    "libgcc_s.so.1",
    "libstdc++.so.6",
    "libz.so.1",
}


class Machine:
    """This machine, some of its packages spoilt, as one person sees it; what apt-get would have done is written down."""

    def __init__(self, folder: Path) -> None:
        self.commands = folder / "bin"
        self.asked = folder / "asked"
        kept = {name: os.environ[name] for name in ("CHROMIUM", "NGINX") if name in os.environ}
        self.environment = kept | {"PATH": str(self.commands), "ASKED": str(self.asked), "PYTHON": sys.executable}
        self.commands.mkdir()
        for name in ("bash", "env"):
            (self.commands / name).symlink_to(shutil.which(name) or name)
        self.command("apt-get", 'echo "apt-get $*" >>"$ASKED"')
        self.person(0)

    def command(self, name: str, text: str) -> None:
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def person(self, uid: int) -> None:
        self.command("id", f"echo {uid}")

    def without_venv(self, folder: Path) -> None:
        (folder / "ensurepip.py").write_text("raise ImportError")
        self.environment["PYTHONPATH"] = str(folder)

    def without_libatomic(self, folder: Path) -> None:
        (folder / "libatomic.so.1").touch()  # found first, and no library
        self.environment["LD_LIBRARY_PATH"] = str(folder)

    def without_nginx(self, folder: Path) -> None:
        self.environment["NGINX"] = str(folder / "nginx")

    def without_chromium(self, folder: Path) -> None:
        self.environment["CHROMIUM"] = str(folder / "chromium")

    def runs(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([TOOL, *arguments], env=self.environment, capture_output=True, text=True)

    def was_asked(self) -> list[str]:
        return self.asked.read_text().splitlines() if self.asked.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("command", ["run", "test"])
def test_a_machine_that_has_everything_is_left_alone(machine: Machine, command: str) -> None:
    result = machine.runs(command)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert machine.was_asked() == []


def test_who_may_not_install_is_told_in_one_sentence_what_to_ask_for(machine: Machine, tmp_path: Path) -> None:
    machine.person(1000)
    machine.without_venv(tmp_path)

    result = machine.runs("run")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "`make run` needs packages that you may not install here: "
        "ask an administrator for `apt-get install python3-venv`.\n"
    )
    assert machine.was_asked() == []


def test_everything_that_is_missing_is_asked_for_at_once(machine: Machine, tmp_path: Path) -> None:
    machine.person(1000)
    machine.without_venv(tmp_path)
    machine.without_libatomic(tmp_path)
    machine.without_nginx(tmp_path)
    machine.without_chromium(tmp_path)

    result = machine.runs("test")

    assert result.returncode == 1
    assert result.stderr.endswith(
        "ask an administrator for `apt-get install python3-venv libatomic1 nginx-light chromium-headless-shell`.\n"
    )


def test_what_only_the_tests_need_does_not_keep_the_application_from_running(machine: Machine, tmp_path: Path) -> None:
    machine.person(1000)
    machine.without_libatomic(tmp_path)
    machine.without_nginx(tmp_path)
    machine.without_chromium(tmp_path)

    assert machine.runs("run").returncode == 0


def test_root_gets_exactly_what_is_missing(machine: Machine, tmp_path: Path) -> None:
    machine.without_libatomic(tmp_path)

    result = machine.runs("test")

    assert (result.returncode, result.stdout) == (0, "Installing from Debian: libatomic1\n")
    update, install = machine.was_asked()
    assert update.endswith(" update")
    assert install.endswith(" install -y --no-install-recommends libatomic1")


def test_no_service_is_left_that_only_the_tests_brought(machine: Machine, tmp_path: Path) -> None:
    machine.command("systemctl", 'echo "systemctl $*" >>"$ASKED"')
    machine.without_libatomic(tmp_path)
    assert machine.runs("test").returncode == 0
    assert "systemctl" not in " ".join(machine.was_asked())  # one that was there before is somebody's

    machine.without_nginx(tmp_path)
    assert machine.runs("test").returncode == 0
    assert machine.was_asked()[-1] == "systemctl disable --now nginx"


def test_so_does_somebody_whose_sudo_asks_for_no_password(machine: Machine, tmp_path: Path) -> None:
    machine.person(1000)
    machine.command("sudo", '[ "$1" = -n ] && shift && [ "$1" = true ] || exec "$@"')
    machine.without_venv(tmp_path)

    assert machine.runs("run").returncode == 0
    assert machine.was_asked()[-1].endswith(" python3-venv")


def test_a_system_that_is_no_debian_is_told_debians_name_for_it(machine: Machine, tmp_path: Path) -> None:
    (machine.commands / "apt-get").unlink()
    machine.without_libatomic(tmp_path)

    result = machine.runs("test")

    assert result.returncode == 1
    assert result.stderr == (
        "`make test` needs what Debian calls libatomic1: install it with this system's own package manager.\n"
    )


def test_an_installation_that_fails_is_not_taken_for_done(machine: Machine, tmp_path: Path) -> None:
    machine.command("apt-get", "exit 100")
    machine.without_venv(tmp_path)

    assert machine.runs("run").returncode != 0


def test_every_library_that_the_environment_needs_is_looked_for(machine: Machine) -> None:
    looked_for = set(re.findall(r"library (\S+)", machine.runs("list", "test").stdout))
    environment = Path(sys.prefix)
    programs = [path for path in environment.rglob("*") if is_native(path)]

    needed = libraries_outside(environment, programs)

    assert any(str(path).endswith(DRIVER) for path in programs), "the browsers' driver was not looked at"
    assert needed - ON_EVERY_DEBIAN <= looked_for


def is_native(path: Path) -> bool:
    if path.is_symlink() or not path.is_file() or not (".so" in path.name or os.access(path, os.X_OK)):
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def libraries_outside(environment: Path, programs: list[Path]) -> set[str]:
    """The libraries that these programs look for and that the environment does not bring itself, found or not."""
    brought = {program.name for program in programs}
    said = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True).stdout
    found = re.findall(r"^\t(\S+) => (.+?)(?: \(0x\w+\))?$", said, re.MULTILINE)
    return {name for name, path in found if name not in brought and not Path(path).is_relative_to(environment)}
