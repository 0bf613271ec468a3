"""What the worker does is said in words, in both languages."""

from flask_babel import force_locale

from tests.support.gallery import gallery_app
from tests.support.house import House
from webui.upkeep.alarms import job_kind


def test_every_kind_of_job_has_words_of_its_own(house: House) -> None:
    for language in ("vi", "en"):
        with gallery_app().test_request_context(), force_locale(language):
            said = {kind: job_kind(kind) for kind in house.container.jobs.kinds}
            unknown = job_kind("no-such-kind")

        assert {kind for kind, words in said.items() if words == unknown} == set()
        assert len(set(said.values())) == len(said), "no two are said alike"
