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
from tests.support.world import shipped_package
from workflow.demo.player import pdf

Form = Mapping[str, "str | list[str] | tuple[bytes, str]"]
BPMN = "dien-hinh.bpmn"
CRITERION, GROUP = "I.1", "lanh-dao"


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
        for name, content in shipped_package().items():
            archive.writestr(name, content)
    return target.getvalue()


def _text(path: str) -> str:
    return shipped_package()[path].decode()


CASE, TASK = {"case_id": "{case}"}, {"task_id": "{task}"}
TICKED = {"task": "{task}"}
"""Whoever has nothing to do with a task that is ticked is told that it is not for them, and no more."""
SITTING = {"body": "bcd138-thuong-xuan", "day": "2023-12-21"}
ONE = TASK | {"criterion_id": CRITERION}
INQUIRY = {"inquiry_id": "{inquiry}"}
DRAFT = {"version_id": "{draft}"}
PUBLISHED, REVIEW = {"version_id": "{published}"}, {"version_id": "{review}"}
USER, OPEN, PLANNED = {"user_id": "{board}"}, {"campaign_id": "{campaign}"}, {"campaign_id": "{planned}"}
HELD = USER | {"assignment_id": "{assignment}"}
MOVED, MOVING = {"migration_id": "{moved}"}, {"target": "{newer}", "scope": "chosen", "case": "{running_case}"}
PLACE = {"organisation_id": "xa-lang-gieng"}
REASON = {"reason": "Lý do thử"}
FIRST = {"revision": "1"}
KEPT = {"form_id": "00000000-0000-7000-8000-000000000000"}
"""Nothing is kept under that id: what is has its own tests."""
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
    ("guides.guide", "GET"): Request(args={"name": "bat-dau"}),
    ("switch_language", "POST"): Request(args={"language": "vi"}),
    ("accounts.sign_in", "POST"): Request(form={"login": "khong.co", "password": "sai mật khẩu"}),
    ("accounts.enter_code", "POST"): Request(form={"code": "000000"}),
    ("accounts.change_password", "POST"): Request(
        form={"old": PASSWORD, "new": "Một câu dài dễ nhớ 1", "again": "Một câu dài dễ nhớ 1"}
    ),
    ("accounts.enrol", "POST"): Request(form={"code": "000000"}),
    ("casework.case", "GET"): Request(args=CASE),
    ("casework.record", "GET"): Request(args=CASE),
    ("casework.add_comment", "POST"): Request(args=CASE, form={"text": "Ý kiến thử"}),
    ("casework.case_step", "GET"): Request(args=CASE | {"trigger": "suspend"}),
    ("casework.case_step", "POST"): Request(args=CASE | {"trigger": "suspend"}, form=REASON),
    ("casework.messages", "GET"): Request(args=CASE),
    ("casework.messages", "POST"): Request(args=CASE, form={**REASON, "wait": "m1"}),
    ("casework.move", "GET"): Request(args=CASE),
    ("casework.move", "POST"): Request(args=CASE, form={**REASON, "target": "{position} self_assessment"}),
    ("casework.incident", "GET"): Request(args=CASE | {"incident_id": "{incident}"}, stage="stuck"),
    ("casework.incident", "POST"): Request(
        args=CASE | {"incident_id": "{incident}"},
        form={**REASON, "how": "retry"},
        stage="stuck",
    ),
    ("casework.task", "GET"): Request(args=TASK),
    ("casework.work", "POST"): Request(args=TASK, form={"revision": "{revision}", "reason": "Nháp"}),
    ("casework.autosave", "POST"): Request(args=TASK, form={"revision": "{revision}", "reason": "Nháp"}),
    ("casework.claim", "POST"): Request(args=TASK, stage="waiting"),
    ("casework.take", "POST"): Request(args=TASK, stage="waiting"),
    ("casework.start", "POST"): Request(args=TASK, stage="claimed"),
    ("casework.check", "GET"): Request(args=TASK),
    ("casework.complete", "POST"): Request(args=TASK, form={"revision": "{last_revision}"}, stage="assessed"),
    ("casework.done", "GET"): Request(args={"task_id": "{done_task}"}),
    ("casework.criteria", "GET"): Request(args=TASK),
    ("casework.criterion", "GET"): Request(args=ONE),
    ("casework.decide", "POST"): Request(args=ONE | {"act": "dong-y"}, form={"seen": "0"}),
    ("casework.ask_unit", "POST"): Request(args=ONE, form={"question": "Ai đã ký?", "days": "3"}),
    ("casework.keep_criterion", "POST"): Request(
        args={"task_id": "{task_again}", "criterion_id": CRITERION}, form=REASON, stage="returned"
    ),
    ("casework.inquiry", "GET"): Request(args=INQUIRY, stage="asking"),
    ("casework.inquiry", "POST"): Request(args=INQUIRY, form={"text": "Chủ tịch ký"}, stage="asking"),
    ("casework.recall_inquiry", "POST"): Request(args=INQUIRY, stage="asking"),
    ("casework.agree_together", "GET"): Request(args=TASK | {"group_id": GROUP}),
    ("casework.agree_together", "POST"): Request(args=TASK | {"group_id": GROUP}, form={"criterion": CRITERION}),
    ("casework.undo_together", "POST"): Request(args=TASK | {"group_id": GROUP}, stage="assessed"),
    ("casework.switch_keys", "POST"): Request(args=TASK, form={"keys": "off"}),
    ("casework.save_criterion", "POST"): Request(
        args=ONE, form={"I.1-result": "met", "I.1-revision": "", "I.1-command_id": "{command}"}
    ),
    ("casework.autosave_criterion", "POST"): Request(
        args=ONE, form={"I.1-result": "met", "I.1-revision": "", "I.1-command_id": "{command}"}
    ),
    ("casework.add_evidence", "POST"): Request(args=ONE, form={"file": (pdf("thu"), "thu.pdf")}),
    ("casework.take_over", "POST"): Request(args=ONE, form={"file": "{evidence}"}),
    ("casework.add_paper", "POST"): Request(
        args={"task_id": "{unit_task}", "paper_id": "report"},
        form={"report-file": (pdf("thu"), "thu.pdf"), "report-command_id": "{command}"},
        stage="assessing",
    ),
    ("casework.download", "GET"): Request(args={"evidence_id": "{evidence}"}),
    ("casework.view_file", "GET"): Request(args={"evidence_id": "{evidence}"}),
    ("casework.same_file", "GET"): Request(args=TASK | {"evidence_id": "{evidence}", "criterion": "I.1"}),
    ("casework.file_page", "GET"): Request(args={"evidence_id": "{evidence}", "page": "1"}),
    ("casework.withdraw_evidence", "POST"): Request(args={"evidence_id": "{unit_evidence}"}, stage="assessing"),
    ("casework.save_filter", "GET"): Request(),
    ("casework.save_filter", "POST"): Request(form={"name": "Thử", "whose": "own", "query": "due=overdue"}),
    ("casework.saved_filters", "GET"): Request(),
    ("casework.forget_filter", "POST"): Request(args={"filter_id": "00000000-0000-7000-8000-000000000000"}),
    ("casework.claim_several", "GET"): Request(args=TICKED),
    ("casework.claim_several", "POST"): Request(form={"task": "{task}:{revision}"}),
    ("casework.hand_over_several", "GET"): Request(args=TICKED),
    ("casework.hand_over_several", "POST"): Request(
        form={**REASON, "task": "{task}:{revision}", "user_id": "{colleague}"}
    ),
    ("casework.decide_several", "GET"): Request(args=TICKED),
    ("casework.decide_several", "POST"): Request(form={"task": "{task}:{revision}"}),
    ("casework.take_back", "GET"): Request(args={"task_id": "{unit_task}"}, stage="waiting"),
    ("casework.take_back", "POST"): Request(args={"task_id": "{unit_task}"}, form=REASON, stage="waiting"),
    ("casework.release", "GET"): Request(args=TASK),
    ("casework.release", "POST"): Request(args=TASK),
    ("casework.delegate", "GET"): Request(args=TASK),
    ("casework.delegate", "POST"): Request(args=TASK, form={**REASON, "user_id": "{colleague}", "confirmed": "yes"}),
    ("casework.reassign", "GET"): Request(args=TASK),
    ("casework.reassign", "POST"): Request(args=TASK, form={**REASON, "user_id": "{colleague}", "confirmed": "yes"}),
    # Here no session has been convened; tests/integration/sittings has who may do what where one has.
    ("sittings.of_task", "GET"): Request(args=TASK),
    ("sittings.agenda", "GET"): Request(args=SITTING),
    ("sittings.case", "GET"): Request(args=SITTING | CASE),
    ("sittings.vote", "POST"): Request(args=SITTING | CASE, form={"outcome": "agree"}),
    ("sittings.look", "POST"): Request(args=SITTING | CASE),
    ("sittings.document", "POST"): Request(args=SITTING | CASE | {"evidence_id": "{evidence}"}),
    ("sittings.agree", "GET"): Request(args=SITTING),
    ("sittings.agree", "POST"): Request(args=SITTING, form={"case": "{case}"}),
    ("sittings.roll", "GET"): Request(args=SITTING),
    ("sittings.roll", "POST"): Request(args=SITTING, form={"case": "{case}", "outcome": "open"}),
    ("sittings.stay_away", "GET"): Request(args=SITTING | CASE),
    ("sittings.stay_away", "POST"): Request(args=SITTING | CASE, form={"reason": "Minh họa: có người thân ở đó"}),
    ("sittings.decide", "GET"): Request(args=SITTING | {"outcome": "recognise"}),
    ("sittings.decide", "POST"): Request(args=SITTING | {"outcome": "recognise"}, form={"case": "{case}"}),
    ("sittings.screen", "GET"): Request(args=SITTING),
    ("sittings.minutes", "GET"): Request(args=SITTING),
    ("auditing.case", "GET"): Request(args=CASE),
    ("auditing.marks", "GET"): Request(args=CASE),
    ("auditing.bundle", "GET"): Request(args=CASE),
    ("auditing.download_bundle", "POST"): Request(args=CASE),
    ("auditing.diagram", "GET"): Request(args=CASE),
    ("auditing.diagram_file", "GET"): Request(args=CASE),
    ("auditing.moment", "GET"): Request(args=CASE | {"date": "2023-03-20"}),
    ("auditing.comparison", "GET"): Request(args=CASE | {"date": "2023-01-01", "date2": "2023-03-20"}),
    ("auditing.bundle_of", "POST"): Request(args={"kind": "campaign", "subject": "{campaign}"}),
    ("auditing.report", "GET"): Request(args={"verification_id": "{verification}"}),
    ("auditing.signed_report", "GET"): Request(args={"verification_id": "{verification}"}),
    ("auditing.export_cases", "POST"): Request(form={"format": "csv"}),
    ("auditing.samples", "POST"): Request(form={"size": "1", "seed": "thu-1"}),
    ("auditing.sample", "GET"): Request(args={"sample_id": "{sample}"}),
    ("auditing.question", "GET"): Request(args={"name": "tre-han"}),
    ("auditing.export_question", "POST"): Request(args={"name": "khong-nen"}, form={"format": "csv"}),
    ("auditing.export_events", "POST"): Request(form={"format": "xlsx"}),
    ("procedures.upload", "POST"): Request(form={"archive": (packed(), "dien-hinh.zip")}),
    ("procedures.version", "GET"): Request(args=PUBLISHED),
    ("procedures.content", "GET"): Request(args=PUBLISHED),
    ("procedures.criteria", "GET"): Request(args=PUBLISHED | {"key": "xa-phuong-thi-tran"}),
    ("procedures.archive", "GET"): Request(args=PUBLISHED),
    ("procedures.file", "GET"): Request(args=DRAFT | {"path": BPMN}),
    ("procedures.comparison", "GET"): Request(args={"old": "{published}", "new": "{draft}"}),
    ("procedures.copy", "GET"): Request(args=PUBLISHED),
    ("procedures.copy", "POST"): Request(args=PUBLISHED),
    ("procedures.put_file", "GET"): Request(args=DRAFT),
    ("procedures.put_file", "POST"): Request(args=DRAFT, form={**FIRST, "file": (b"# doc", "doc.md")}),
    ("procedures.edit_text", "GET"): Request(args=DRAFT | {"path": "procedure.toml"}),
    ("procedures.edit_text", "POST"): Request(
        args=DRAFT | {"path": "procedure.toml"}, form={**FIRST, "content": _text("procedure.toml") + "\n# thử\n"}
    ),
    ("procedures.edit_diagram", "GET"): Request(args=DRAFT),
    ("procedures.edit_diagram", "POST"): Request(args=DRAFT, form={**FIRST, "xml": _text(BPMN) + "<!-- -->"}),
    ("procedures.remove_file", "GET"): Request(args=DRAFT | {"path": "rules/eligibility.dmn"}),
    ("procedures.remove_file", "POST"): Request(args=DRAFT | {"path": "rules/eligibility.dmn"}, form=FIRST),
    ("procedures.check", "GET"): Request(args=DRAFT),
    ("procedures.check_again", "POST"): Request(args=DRAFT),
    ("procedures.submit", "GET"): Request(args=DRAFT),
    ("procedures.submit", "POST"): Request(args=DRAFT, form=FIRST),
    ("procedures.publish", "GET"): Request(args=REVIEW),
    ("procedures.publish", "POST"): Request(args=REVIEW, form={"revision": "2"}),
    ("procedures.return_to_draft", "GET"): Request(args=REVIEW),
    ("procedures.return_to_draft", "POST"): Request(args=REVIEW, form={"revision": "2", **REASON}),
    ("procedures.retire", "GET"): Request(args=PUBLISHED),
    ("procedures.retire", "POST"): Request(args=PUBLISHED, form={"revision": "{published_revision}", **REASON}),
    ("trials.start", "GET"): Request(args=DRAFT),
    ("trials.step", "POST"): Request(
        args=DRAFT, form={"then": "begin", "start": "2023-01-03T08:00", "variables": "{}"}
    ),
    ("trials.tests", "GET"): Request(args=PUBLISHED),
    ("trials.save_test", "POST"): Request(
        args=DRAFT, form={**FIRST, "then": "save", "name": "Bài thử", "status": "", "run": _RUN}
    ),
    ("moving.index", "GET"): Request(stage="moving"),
    ("moving.choose", "GET"): Request(args=PUBLISHED, stage="moving"),
    ("moving.plan", "GET"): Request(args=PUBLISHED | MOVING, stage="moving"),
    ("moving.plan", "POST"): Request(args=PUBLISHED, form=MOVING, stage="moving"),
    ("moving.trial", "GET"): Request(args=PUBLISHED | MOVING, stage="moving"),
    ("moving.trial", "POST"): Request(args=PUBLISHED, form=MOVING, stage="moving"),
    ("moving.start", "POST"): Request(args=PUBLISHED, form={**MOVING, **REASON}, stage="moving"),
    ("moving.migration", "GET"): Request(args=MOVED, stage="moving"),
    ("moving.cancel", "GET"): Request(args={"migration_id": "{waiting_move}"}, stage="moving"),
    ("moving.cancel", "POST"): Request(args={"migration_id": "{waiting_move}"}, stage="moving"),
    ("moving.revert", "GET"): Request(args=MOVED, stage="moving"),
    ("moving.revert", "POST"): Request(args=MOVED, form=REASON, stage="moving"),
    ("moving.revert_case", "GET"): Request(args=MOVED | CASE, stage="moving"),
    ("moving.revert_case", "POST"): Request(args=MOVED | CASE, form=REASON, stage="moving"),
    ("administration.retry_job", "POST"): Request(args={"job_id": "{job}"}),
    ("upkeep.see", "POST"): Request(form={"alarm": "mail", "subject": "mail"}),
    ("campaigns.campaign", "GET"): Request(args=OPEN),
    ("campaigns.create_campaign", "POST"): Request(
        form={"key": "dien-hinh", "year": "2025", "province": "thanh-hoa", "name_vi": "Đợt thử", "name_en": "A trial"}
    ),
    ("campaigns.move_campaign", "GET"): Request(args=PLANNED | {"step": "mo"}),
    ("campaigns.move_campaign", "POST"): Request(
        args=PLANNED | {"step": "mo"}, form={"revision": "{planned_revision}"}
    ),
    ("campaigns.change_deadline", "GET"): Request(args=OPEN | {"deadline_id": "{deadline}"}),
    ("campaigns.change_deadline", "POST"): Request(
        args=OPEN | {"deadline_id": "{deadline}"},
        form={
            "revision": "{campaign_revision}",
            "last_day": "2023-11-01",
            "remind_days": "5",
            "escalate_to": "{escalate_to}",
            **REASON,
        },
    ),
    ("campaigns.add_units", "GET"): Request(args=PLANNED),
    ("campaigns.add_units", "POST"): Request(args=PLANNED, form={"units": ["xa-minh-hoa"]}),
    ("campaigns.remove_unit", "GET"): Request(args=PLANNED | {"unit_id": "xa-lang-gieng"}),
    ("campaigns.remove_unit", "POST"): Request(args=PLANNED | {"unit_id": "xa-lang-gieng"}),
    ("campaigns.start_units", "GET"): Request(args=OPEN),
    ("campaigns.start_units", "POST"): Request(args=OPEN, form={"gaps_seen": "y"}),
    ("notifications.one", "GET"): Request(args={"notification_id": "{case}"}),
    ("accounts.kept_form", "GET"): Request(args=KEPT),
    ("accounts.forget_form", "POST"): Request(args=KEPT),
    ("accounts.keep_unsent", "POST"): Request(
        form={"address": "/ho-so/{case}/y-kien", "fields": '[["text", "Ý kiến thử"]]'}
    ),
    ("accounts.choose_keys", "POST"): Request(form={"keys": "off"}),
    ("accounts.choose_mail", "POST"): Request(form={"mail": "daily"}),
    ("campaigns.start_progress", "GET"): Request(args=OPEN),
    ("campaigns.try_deadline", "GET"): Request(args=OPEN),
    ("campaigns.units", "GET"): Request(args=OPEN),
    ("campaigns.export", "POST"): Request(args=OPEN),
    ("campaigns.remind", "GET"): Request(args=OPEN),
    ("campaigns.remind", "POST"): Request(args=OPEN),
    ("accounts.create_account", "POST"): Request(
        form={**ROLE, "login": "moi.thu", "name": "Người Thử Mới", "locale": "vi"}
    ),
    ("accounts.own_address", "POST"): Request(form={"email": "toi@example.test"}),
    ("accounts.account_request", "GET"): Request(args={"request_id": "{request}"}),
    ("accounts.confirm_request", "POST"): Request(args={"request_id": "{request}"}),
    ("accounts.refuse_request", "POST"): Request(args={"request_id": "{request}"}, form=REASON),
    ("accounts.withdraw_request", "POST"): Request(args={"request_id": "{own_request}"}),
    ("accounts.print_link", "POST"): Request(args={"request_id": "{printable}"}),
    ("accounts.open_link", "GET"): Request(args={"token": "khong-co"}),
    ("accounts.account", "GET"): Request(args=USER),
    ("accounts.edit_account", "GET"): Request(args=USER),
    ("accounts.edit_account", "POST"): Request(args=USER, form={**FIRST, "name": "Người Thử", "locale": "vi"}),
    ("accounts.reset_password", "GET"): Request(args=USER),
    ("accounts.reset_password", "POST"): Request(args=USER, form=REASON),
    ("accounts.revoke_sessions", "GET"): Request(args=USER),
    ("accounts.revoke_sessions", "POST"): Request(args=USER),
    ("accounts.reset_second_factor", "GET"): Request(args=USER),
    ("accounts.reset_second_factor", "POST"): Request(args={"user_id": "{colleague}"}, form=REASON),
    ("accounts.end_account", "GET"): Request(args=USER),
    ("accounts.end_account", "POST"): Request(args=USER, form=REASON),
    ("accounts.assign_role", "GET"): Request(args=USER),
    ("accounts.assign_role", "POST"): Request(args=USER, form=ROLE),
    ("accounts.end_role", "GET"): Request(args=HELD),
    ("accounts.end_role", "POST"): Request(args=HELD, form={"last_day": "2023-12-31"}),
    ("accounts.appoint_deputy", "GET"): Request(args=HELD),
    ("accounts.appoint_deputy", "POST"): Request(
        args=HELD, form={"deputy": "{colleague}", "valid_from": "2023-04-01", "valid_to": "2023-04-30"}
    ),
    ("accounts.end_deputyship", "GET"): Request(args=USER | {"deputyship_id": "{pho.trong}"}),
    ("accounts.end_deputyship", "POST"): Request(
        args=USER | {"deputyship_id": "{pho.trong}"}, form={"last_day": "2023-06-30"}
    ),
    ("places.organisation", "GET"): Request(args=PLACE),
    ("places.add_organisation", "POST"): Request(
        form={**ORGANISATION, **FIRST, "id": "xa-moi", "code": "xa-moi", "valid_to": ""}
    ),
    ("places.edit_organisation", "GET"): Request(args=PLACE),
    ("places.edit_organisation", "POST"): Request(args=PLACE, form={**ORGANISATION, **FIRST}),
    ("places.end_organisation", "GET"): Request(args={"organisation_id": "hop-tac-xa-minh-hoa"}),
    ("places.end_organisation", "POST"): Request(
        args={"organisation_id": "hop-tac-xa-minh-hoa"},
        form={**FIRST, "last_day": "2023-12-31", "paper": "Minh họa 05/QĐ"},
    ),
    ("places.succeed_organisation", "GET"): Request(args={"organisation_id": "hop-tac-xa-minh-hoa"}),
    ("places.succeed_organisation", "POST"): Request(
        args={"organisation_id": "hop-tac-xa-minh-hoa"},
        form={"successor": "cong-ty-minh-hoa", "kind": "merge", "on": "2024-01-01", "paper": "Minh họa 06/QĐ"},
    ),
    ("places.hand_over_work", "GET"): Request(args={"organisation_id": "{ended_body}"}, stage="ended"),
    ("places.hand_over_work", "POST"): Request(
        args={"organisation_id": "{ended_body}"},
        form={"successor": "{new_body}", "reason": "Minh họa", "task": ["{waiting_task}"]},
        stage="ended",
    ),
    ("places.set_day", "POST"): Request(form={"on": "2023-06-07", "kind": "holiday", "name": "Ngày nghỉ thử"}),
    ("places.remove_day", "GET"): Request(args={"day": "2023-09-01"}),
    ("places.remove_day", "POST"): Request(args={"day": "2023-09-01"}),
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
