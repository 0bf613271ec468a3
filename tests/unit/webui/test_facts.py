"""The keys by which pages are remembered name what can change without the thing itself: how a person is called."""

from datetime import UTC, datetime

from webui.casework.facts import facts_of_basis
from workflow.model.user_task import Label
from workflow.services.casework.record import Basis
from workflow.services.views import EvidenceRecord

REPORT = EvidenceRecord(
    id="a-file",
    case_id="a-case",
    task_id="a-task",
    filename="báo cáo.pdf",
    media_type="application/pdf",
    size=1,
    sha256="0" * 64,
    uploaded_by="a-person",
    uploaded_at=datetime(2023, 3, 20, tzinfo=UTC),
)


def test_a_file_under_another_name_of_its_uploader_is_another_piece() -> None:
    """Whoever uploaded it need have no other part in the page."""
    basis = Basis(tasks=[], papers=[(Label(vi="Báo cáo"), [REPORT])])

    before, after = (facts_of_basis(basis, {"a-person": name}) for name in ("Tên cũ", "Tên mới"))

    assert before != after
    assert before == facts_of_basis(basis, {"a-person": "Tên cũ"})
