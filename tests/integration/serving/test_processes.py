"""`congnhan serve` and `congnhan worker` as processes: what they take, and how they end."""

import os
import socket
from pathlib import Path

from tests.integration.serving.conftest import PASSWORD, Installed
from tests.support.running import Browser, Site, eventually, serving

UNIT = "donvi.minhhoa"


def held(site: Site) -> tuple[int, int]:
    """How many bytes lie in files that have no name, and how much memory the process has taken, in bytes."""
    spooled = 0
    for entry in Path(f"/proc/{site.process.popen.pid}/fd").iterdir():
        try:
            if "(deleted)" in os.readlink(entry):
                spooled += entry.stat().st_size
        except OSError:
            continue
    status = Path(f"/proc/{site.process.popen.pid}/status").read_text()
    return spooled, int(status.partition("VmRSS:")[2].split()[0]) * 1024


def test_a_sign_in_of_400_megabytes_is_refused_and_nothing_of_it_kept(sqlite_place: Installed) -> None:
    with serving(sqlite_place.data, "--without-worker") as site:
        _spooled, before = held(site)
        with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
            connection.sendall(b"POST /dang-nhap HTTP/1.1\r\nHost: x\r\nContent-Length: 400000000\r\n\r\nlogin=")
            sent, piece = 0, b"x" * 65536
            try:
                while sent < 20_000_000:
                    connection.sendall(piece)
                    sent += len(piece)
                    assert held(site)[0] == 0
            except OSError:
                pass  # it has hung up by now
            said = connection.recv(200)
        assert b" 413 " in said.splitlines()[0]
        spooled, after = held(site)
        assert spooled == 0
        assert after - before < 30_000_000
        assert site.status("/dang-nhap") == 200


def test_who_is_signed_in_sends_files_and_long_forms_and_no_more(sqlite_place: Installed) -> None:
    with serving(sqlite_place.data, "--without-worker") as site:
        browser = Browser(port=site.port)
        assert browser.sign_in(UNIT, PASSWORD).status == 303
        fields = {"csrf_token": browser.token("/tai-khoan"), "old": "x" * 300_000, "new": "y", "again": "z"}
        assert browser.post("/tai-khoan/mat-khau", fields).status == 422
        refused = browser.post("/tai-khoan/mat-khau", {**fields, "old": "x" * 5_000_000})
        assert refused.status == 413
        assert "4096 kB" in refused.text


def test_a_server_that_is_told_to_end_ends_soon_and_says_so(sqlite_place: Installed) -> None:
    with serving(sqlite_place.data) as site:
        site.process.ask_to_end()
        assert eventually(lambda: not site.process.runs)
        assert site.process.popen.returncode == 0
        assert "Stopping" in site.process.said
