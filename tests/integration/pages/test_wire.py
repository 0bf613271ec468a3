"""What goes over the wire: a first visit with everything it needs, and each later page."""

import gzip
import re
from collections.abc import Mapping

from flask import Flask
from flask.testing import FlaskClient

from tests.support.casework import BOARD, OFFICE, REGISTERED, UNIT, Casework

FIRST_VISIT, LATER_PAGE = 250_000, 25_000
GZIP = {"Accept-Encoding": "gzip"}


def sent(client: FlaskClient, address: str, headers: Mapping[str, str] = GZIP) -> bytes:
    """The body as it goes over the wire."""
    answer = client.get(address, headers=dict(headers))
    assert answer.status_code == 200, address
    return answer.get_data()


def read(body: bytes) -> str:
    return gzip.decompress(body).decode()


def needed(client: FlaskClient, page: str) -> dict[str, int]:
    """What a browser fetches for the page: styles, scripts, marks, and every font that a style names."""
    found = {one.partition("#")[0] for one in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}
    found = {one for one in found if "licences" not in one}
    for style in [one for one in found if ".css" in one]:
        fonts = re.findall(r"""url\(["']?\./(assets/[^)"']+)""", read(sent(client, style)))
        found |= {f"/static/dist/{font}" for font in fonts}
    return {one: len(sent(client, one.replace("&amp;", "&"))) for one in found}


def test_a_first_visit_and_the_pages_after_it_are_small(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED)
    clerk = work.begin(OFFICE, "Đưa vào danh sách điểm")
    task = clerk.address
    first = sent(clerk.client, "/nhiem-vu")
    parts = needed(clerk.client, read(first))
    assert [one for one in parts if ".woff2" in one], "the fonts are counted"
    assert len(first) + sum(parts.values()) <= FIRST_VISIT, parts
    addresses = ("/nhiem-vu", "/ho-so", "/thong-bao", "/tai-khoan", task)
    sizes = {address: len(sent(clerk.client, address)) for address in addresses}

    print({"first visit": len(first) + sum(parts.values()), **sizes})
    assert all(size <= LATER_PAGE for size in sizes.values()), sizes


def test_the_longest_pages_are_small_too(work: Casework) -> None:
    work.self_assess()
    reviewer = work.begin(BOARD, "Ban Chỉ đạo đánh giá")
    task = reviewer.address
    sizes = {address: len(sent(reviewer.client, address)) for address in (task, f"{task}/tieu-chi")}

    assert all(size <= LATER_PAGE for size in sizes.values()), sizes


def test_who_takes_nothing_compressed_gets_it_plain(work: Casework) -> None:
    person = work.sign_in(BOARD)
    plain = person.client.get("/nhiem-vu")
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_the_same_page_has_another_length_each_time(work: Casework) -> None:
    """Else the length would tell how well a guess and the secret beside it compress together."""
    person = work.sign_in(UNIT)
    assert len({len(sent(person.client, "/ho-so")) for _ in range(30)}) > 3


def test_a_file_of_ours_is_not_sent_again_where_it_is_the_same(app: Flask) -> None:
    client = app.test_client()
    for headers in (GZIP, {}):
        first = client.get("/static/marks.svg", headers=headers)
        again = client.get("/static/marks.svg", headers={**headers, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.get_data()) == (304, b""), headers
