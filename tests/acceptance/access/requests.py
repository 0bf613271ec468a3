"""What is asked of each route: the address's parts and, for a form, the least that whoever may do it gets through with.

`{name}` stands for an id of the scene. A form gets the forgery token and a fresh command id by itself.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.scene import PASSWORD
from workflow.demo.player import pdf
from workflow.installation import DEFINITIONS
from workflow.packages.archive import read_folder

Form = Mapping[str, "str | list[str] | tuple[bytes, str]"]
BPMN = "dien-hinh.bpmn"
CRITERION = "I.1"


@dataclass(frozen=True, kw_only=True)
class Request:
    """`stage`: how the scene stands (see `tests/acceptance/scene.py`)."""

    args: Mapping[str, str] = field(default_factory=dict)
    form: Form = field(default_factory=dict)
    stage: str = "working"


def packed() -> bytes:
    """The shipped procedure as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in read_folder(DEFINITIONS / "dien-hinh").items():
            archive.writestr(name, content)
    return target.getvalue()


def _text(path: str) -> str:
    return read_folder(DEFINITIONS / "dien-hinh")[path].decode()


CASE, TASK = {"case_id": "{case}"}, {"task_id": "{task}"}
ONE = TASK | {"criterion_id": CRITERION}
DRAFT = {"version_id": "{draft}"}
PUBLISHED, REVIEW = {"version_id": "{published}"}, {"version_id": "{review}"}
USER, OPEN, PLANNED = {"user_id": "{board}"}, {"campaign_id": "{campaign}"}, {"campaign_id": "{planned}"}
HELD = USER | {"assignment_id": "{assignment}"}
MOVED, MOVING = {"migration_id": "{moved}"}, {"target": "{newer}", "scope": "chosen", "case": "{running_case}"}
PLACE = {"organisation_id": "xa-lang-gieng"}
REASON = {"reason": "Lý do thử"}
FIRST = {"revision": "1"}
ORGANISATION = {
    "code": "xa-lang-gieng",
    "name_vi": "Xã Láng Giềng (minh họa)",
    "name_en": "Láng Giềng (made up)",
    "kind": "commune",
    "level": "commune",
    "territory_id": "thuong-xuan",
    "managing_level": "district",
    "managing_id": "ubnd-thuong-xuan",
    "valid_from": "2022-01-01",
    "valid_to": "2025-06-30",
}
ROLE = {"role": "inspector", "organisation": "cong-an-thuong-xuan", "valid_from": "2023-03-20"}

_RUN = json.dumps(
    {
        "format": 1,
        "process_ids": ["dien_hinh"],
        "start": "2023-01-03T01:00:00+00:00",
        "variables": {},
        "actions": [],
    }
)

REQUESTS: dict[tuple[str, str], Request] = {
    ("static", "GET"): Request(args={"filename": "icon.svg"}),
    ("switch_language", "GET"): Request(args={"language": "vi"}),
    ("auth.sign_in", "POST"): Request(form={"login": "khong.co", "password": "sai mật khẩu"}),
    ("auth.enter_code", "POST"): Request(form={"code": "000000"}),
    ("auth.change_password", "POST"): Request(
        form={"old": PASSWORD, "new": "Một câu dài dễ nhớ 1", "again": "Một câu dài dễ nhớ 1"}
    ),
    ("auth.enrol", "POST"): Request(form={"code": "000000"}),
    ("cases.case", "GET"): Request(args=CASE),
    ("cases.record", "GET"): Request(args=CASE),
    ("cases.add_comment", "POST"): Request(args=CASE, form={"text": "Ý kiến thử"}),
    ("cases.case_step", "GET"): Request(args=CASE | {"trigger": "suspend"}),
    ("cases.case_step", "POST"): Request(args=CASE | {"trigger": "suspend"}, form=REASON),
    ("cases.messages", "GET"): Request(args=CASE),
    ("cases.messages", "POST"): Request(args=CASE, form={**REASON, "wait": "m1"}),
    ("cases.move", "GET"): Request(args=CASE),
    ("cases.move", "POST"): Request(args=CASE, form={**REASON, "target": "{position} self_assessment"}),
    ("cases.incident", "GET"): Request(args=CASE | {"incident_id": "{incident}"}, stage="stuck"),
    ("cases.incident", "POST"): Request(
        args=CASE | {"incident_id": "{incident}"},
        form={**REASON, "how": "retry"},
        stage="stuck",
    ),
    ("cases.task", "GET"): Request(args=TASK),
    ("cases.work", "POST"): Request(args=TASK, form={"revision": "{revision}", "reason": "Nháp"}),
    ("cases.autosave", "POST"): Request(args=TASK, form={"revision": "{revision}", "reason": "Nháp"}),
    ("cases.claim", "POST"): Request(args=TASK, stage="waiting"),
    ("cases.start", "POST"): Request(args=TASK, stage="claimed"),
    ("cases.check", "GET"): Request(args=TASK),
    ("cases.complete", "POST"): Request(args=TASK, form={"revision": "{last_revision}"}, stage="assessed"),
    ("cases.done", "GET"): Request(args={"task_id": "{done_task}"}),
    ("cases.criteria", "GET"): Request(args=TASK),
    ("cases.criterion", "GET"): Request(args=ONE),
    ("cases.save_criterion", "POST"): Request(
        args=ONE, form={"I.1-result": "met", "I.1-revision": "", "I.1-command_id": "{command}"}
    ),
    ("cases.autosave_criterion", "POST"): Request(
        args=ONE, form={"I.1-result": "met", "I.1-revision": "", "I.1-command_id": "{command}"}
    ),
    ("cases.add_evidence", "POST"): Request(args=ONE, form={"file": (pdf("thu"), "thu.pdf")}),
    ("cases.add_paper", "POST"): Request(
        args={"task_id": "{unit_task}", "paper_id": "report"},
        form={"report-file": (pdf("thu"), "thu.pdf"), "report-command_id": "{command}"},
        stage="assessing",
    ),
    ("cases.download", "GET"): Request(args={"evidence_id": "{evidence}"}),
    ("cases.withdraw_evidence", "POST"): Request(args={"evidence_id": "{unit_evidence}"}, stage="assessing"),
    ("cases.release", "GET"): Request(args=TASK),
    ("cases.release", "POST"): Request(args=TASK),
    ("cases.delegate", "GET"): Request(args=TASK),
    ("cases.delegate", "POST"): Request(args=TASK, form={**REASON, "user_id": "{colleague}"}),
    ("cases.reassign", "GET"): Request(args=TASK),
    ("cases.reassign", "POST"): Request(args=TASK, form={**REASON, "user_id": "{colleague}"}),
    ("audit.case", "GET"): Request(args=CASE),
    ("audit.marks", "GET"): Request(args=CASE),
    ("audit.bundle", "GET"): Request(args=CASE),
    ("audit.download_bundle", "POST"): Request(args=CASE),
    ("audit.diagram", "GET"): Request(args=CASE),
    ("audit.diagram_file", "GET"): Request(args=CASE),
    ("audit.moment", "GET"): Request(args=CASE | {"date": "2023-03-20"}),
    ("audit.export_cases", "POST"): Request(form={"format": "csv"}),
    ("audit.export_events", "POST"): Request(form={"format": "xlsx"}),
    ("definitions.upload", "POST"): Request(form={"archive": (packed(), "dien-hinh.zip")}),
    ("definitions.version", "GET"): Request(args=PUBLISHED),
    ("definitions.content", "GET"): Request(args=PUBLISHED),
    ("definitions.criteria", "GET"): Request(args=PUBLISHED | {"key": "xa-phuong-thi-tran"}),
    ("definitions.archive", "GET"): Request(args=PUBLISHED),
    ("definitions.file", "GET"): Request(args=DRAFT | {"path": BPMN}),
    ("definitions.comparison", "GET"): Request(args={"old": "{published}", "new": "{draft}"}),
    ("definitions.copy", "GET"): Request(args=PUBLISHED),
    ("definitions.copy", "POST"): Request(args=PUBLISHED),
    ("definitions.put_file", "GET"): Request(args=DRAFT),
    ("definitions.put_file", "POST"): Request(args=DRAFT, form={**FIRST, "file": (b"# doc", "doc.md")}),
    ("definitions.edit_text", "GET"): Request(args=DRAFT | {"path": "procedure.toml"}),
    ("definitions.edit_text", "POST"): Request(
        args=DRAFT | {"path": "procedure.toml"}, form={**FIRST, "content": _text("procedure.toml") + "\n# thử\n"}
    ),
    ("definitions.edit_diagram", "GET"): Request(args=DRAFT),
    ("definitions.edit_diagram", "POST"): Request(args=DRAFT, form={**FIRST, "xml": _text(BPMN) + "<!-- -->"}),
    ("definitions.remove_file", "GET"): Request(args=DRAFT | {"path": "rules/eligibility.dmn"}),
    ("definitions.remove_file", "POST"): Request(args=DRAFT | {"path": "rules/eligibility.dmn"}, form=FIRST),
    ("definitions.submit", "GET"): Request(args=DRAFT),
    ("definitions.submit", "POST"): Request(args=DRAFT, form=FIRST),
    ("definitions.publish", "GET"): Request(args=REVIEW),
    ("definitions.publish", "POST"): Request(args=REVIEW, form={"revision": "2"}),
    ("definitions.return_to_draft", "GET"): Request(args=REVIEW),
    ("definitions.return_to_draft", "POST"): Request(args=REVIEW, form={"revision": "2", **REASON}),
    ("definitions.retire", "GET"): Request(args=PUBLISHED),
    ("definitions.retire", "POST"): Request(args=PUBLISHED, form={"revision": "{published_revision}", **REASON}),
    ("simulation.start", "GET"): Request(args=DRAFT),
    ("simulation.step", "POST"): Request(
        args=DRAFT, form={"then": "begin", "start": "2023-01-03T08:00", "variables": "{}"}
    ),
    ("simulation.tests", "GET"): Request(args=PUBLISHED),
    ("simulation.save_test", "POST"): Request(
        args=DRAFT, form={**FIRST, "then": "save", "name": "Bài thử", "status": "", "run": _RUN}
    ),
    ("migrations.index", "GET"): Request(stage="moving"),
    ("migrations.choose", "GET"): Request(args=PUBLISHED, stage="moving"),
    ("migrations.plan", "GET"): Request(args=PUBLISHED | MOVING, stage="moving"),
    ("migrations.plan", "POST"): Request(args=PUBLISHED, form=MOVING, stage="moving"),
    ("migrations.trial", "GET"): Request(args=PUBLISHED | MOVING, stage="moving"),
    ("migrations.trial", "POST"): Request(args=PUBLISHED, form=MOVING, stage="moving"),
    ("migrations.start", "POST"): Request(args=PUBLISHED, form={**MOVING, **REASON}, stage="moving"),
    ("migrations.migration", "GET"): Request(args=MOVED, stage="moving"),
    ("migrations.cancel", "GET"): Request(args={"migration_id": "{waiting_move}"}, stage="moving"),
    ("migrations.cancel", "POST"): Request(args={"migration_id": "{waiting_move}"}, stage="moving"),
    ("migrations.revert", "GET"): Request(args=MOVED, stage="moving"),
    ("migrations.revert", "POST"): Request(args=MOVED, form=REASON, stage="moving"),
    ("migrations.revert_case", "GET"): Request(args=MOVED | CASE, stage="moving"),
    ("migrations.revert_case", "POST"): Request(args=MOVED | CASE, form=REASON, stage="moving"),
    ("admin.retry_job", "POST"): Request(args={"job_id": "{job}"}),
    ("admin.campaign", "GET"): Request(args=OPEN),
    ("admin.create_campaign", "POST"): Request(
        form={"key": "dien-hinh", "year": "2025", "province": "thanh-hoa", "name_vi": "Đợt thử", "name_en": "A trial"}
    ),
    ("admin.move_campaign", "GET"): Request(args=PLANNED | {"step": "mo"}),
    ("admin.move_campaign", "POST"): Request(args=PLANNED | {"step": "mo"}, form={"revision": "{planned_revision}"}),
    ("admin.change_deadline", "GET"): Request(args=OPEN | {"deadline_id": "{deadline}"}),
    ("admin.change_deadline", "POST"): Request(
        args=OPEN | {"deadline_id": "{deadline}"},
        form={
            "revision": "{campaign_revision}",
            "last_day": "2023-11-01",
            "remind_days": "5",
            "escalate_to": "{escalate_to}",
            **REASON,
        },
    ),
    ("admin.add_units", "GET"): Request(args=PLANNED),
    ("admin.add_units", "POST"): Request(args=PLANNED, form={"units": ["xa-minh-hoa"]}),
    ("admin.remove_unit", "GET"): Request(args=PLANNED | {"unit_id": "xa-lang-gieng"}),
    ("admin.remove_unit", "POST"): Request(args=PLANNED | {"unit_id": "xa-lang-gieng"}),
    ("admin.start_units", "GET"): Request(args=OPEN),
    ("admin.start_units", "POST"): Request(args=OPEN),
    ("admin.start_progress", "GET"): Request(args=OPEN),
    ("admin.create_account", "POST"): Request(
        form={**ROLE, "login": "moi.thu", "name": "Người Thử Mới", "locale": "vi"}
    ),
    ("admin.account", "GET"): Request(args=USER),
    ("admin.edit_account", "GET"): Request(args=USER),
    ("admin.edit_account", "POST"): Request(args=USER, form={**FIRST, "name": "Người Thử", "locale": "vi"}),
    ("admin.reset_password", "GET"): Request(args=USER),
    ("admin.reset_password", "POST"): Request(args=USER),
    ("admin.revoke_sessions", "GET"): Request(args=USER),
    ("admin.revoke_sessions", "POST"): Request(args=USER),
    ("admin.reset_second_factor", "GET"): Request(args=USER),
    ("admin.reset_second_factor", "POST"): Request(args=USER, form=REASON),
    ("admin.end_account", "GET"): Request(args=USER),
    ("admin.end_account", "POST"): Request(args=USER, form=REASON),
    ("admin.assign_role", "GET"): Request(args=USER),
    ("admin.assign_role", "POST"): Request(args=USER, form=ROLE),
    ("admin.end_role", "GET"): Request(args=HELD),
    ("admin.end_role", "POST"): Request(args=HELD, form={"last_day": "2023-12-31"}),
    ("admin.appoint_deputy", "GET"): Request(args=HELD),
    ("admin.appoint_deputy", "POST"): Request(
        args=HELD, form={"deputy": "{colleague}", "valid_from": "2023-04-01", "valid_to": "2023-04-30"}
    ),
    ("admin.end_deputyship", "GET"): Request(args=USER | {"deputyship_id": "{pho.trong}"}),
    ("admin.end_deputyship", "POST"): Request(
        args=USER | {"deputyship_id": "{pho.trong}"}, form={"last_day": "2023-06-30"}
    ),
    ("admin.organisation", "GET"): Request(args=PLACE),
    ("admin.add_organisation", "POST"): Request(
        form={**ORGANISATION, **FIRST, "id": "xa-moi", "code": "xa-moi", "valid_to": ""}
    ),
    ("admin.edit_organisation", "GET"): Request(args=PLACE),
    ("admin.edit_organisation", "POST"): Request(args=PLACE, form={**ORGANISATION, **FIRST}),
    ("admin.end_organisation", "GET"): Request(args={"organisation_id": "hop-tac-xa-minh-hoa"}),
    ("admin.end_organisation", "POST"): Request(
        args={"organisation_id": "hop-tac-xa-minh-hoa"},
        form={**FIRST, "last_day": "2023-12-31", "paper": "Minh họa 05/QĐ"},
    ),
    ("admin.succeed_organisation", "GET"): Request(args={"organisation_id": "hop-tac-xa-minh-hoa"}),
    ("admin.succeed_organisation", "POST"): Request(
        args={"organisation_id": "hop-tac-xa-minh-hoa"},
        form={"successor": "cong-ty-minh-hoa", "kind": "merge", "on": "2024-01-01", "paper": "Minh họa 06/QĐ"},
    ),
    ("admin.set_day", "POST"): Request(form={"on": "2023-06-07", "kind": "holiday", "name": "Ngày nghỉ thử"}),
    ("admin.remove_day", "GET"): Request(args={"day": "2023-09-01"}),
    ("admin.remove_day", "POST"): Request(args={"day": "2023-09-01"}),
}
NOTHING = Request()


def request_of(endpoint: str, method: str) -> Request:
    """The request of a line; a route without parts and fields needs no entry."""
    return REQUESTS.get((endpoint, method), NOTHING)


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """The value with the scene's ids in place of their names."""
    if isinstance(value, str):
        for name, known in ids.items():
            value = value.replace("{" + name + "}", known)
        return value
    if isinstance(value, list):
        return [filled(one, ids) for one in value]
    return (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
