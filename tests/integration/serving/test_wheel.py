"""What is installed from a wheel: the application serves its pages, guides with their pictures and styles without the source beside it.

What is data, `definitions/`, is not in it: commands are told where it lies.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[3]
ASK = """
from types import SimpleNamespace
import webui.app
client = webui.app.create_app(SimpleNamespace(), testing=True).test_client()
print(webui.app.__file__)
for address in ("/tro-giup/", "/tro-giup/bat-dau", "/static/guides/bat-dau.md", "/static/dist/app-style.css"):
    print(client.get(address).status_code)
"""

LIST = "import sys; from workflow.cli.main import main; main(['procedure', 'list', '--json', '--definitions', sys.argv[1]])"


def test_the_wheel_holds_the_guides_and_serves_them(tmp_path: Path) -> None:
    source, installed = tmp_path / "source", tmp_path / "installed"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    for folder in ("webui", "workflow", "docs/vi"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, source / folder, symlinks=True, ignore=ignored)
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('.'))"
    made = subprocess.run([sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=True)

    with ZipFile(source / made.stdout.splitlines()[-1]) as wheel:
        wheel.extractall(installed)
        shipped = {Path(name).name for name in wheel.namelist() if name.startswith("webui/static/guides/")}
    answers = subprocess.run(
        [sys.executable, "-c", ASK], cwd=installed, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    listed = subprocess.run(
        [sys.executable, "-c", LIST, str(ROOT / "definitions")],
        cwd=installed,
        capture_output=True,
        text=True,
        check=True,
    )

    assert shipped == {path.name for path in (ROOT / "docs" / "vi").rglob("*.*")}
    assert Path(answers[0]).is_relative_to(installed)
    assert answers[1:] == ["200"] * 4
    assert [one["key"] for one in json.loads(listed.stdout)].count("dien-hinh") == 1
