"""The criteria of a task: the table of all, with one row open beside it; each row is decided and saved by itself."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from flask import Response as FlaskResponse, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Regexp

from webui.casework.area import blueprint
from webui.casework.facts import facts_of_filters, facts_of_matrix, facts_of_row, facts_of_rows, facts_of_table
from webui.casework.gists import gist
from webui.casework.matrix import MARKS, Matrix, counted_words, matrix_of, named_level, state_words
from webui.casework.pages import (
    UploadForm,
    button_command,
    is_working,
    read_criteria,
    remarks_on,
    shows_demonstration,
)
from webui.casework.turns import said_cell
from webui.casework.viewer import asked_view
from webui.container import container
from webui.drawing.page import render_page
from webui.drawing.remembered import nothing_typed
from webui.errors import refusal_text
from webui.forms import CommandForm, Length, RevisionForm, WholeNumberField, choices
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from webui.words import RESULTS, plain_number, said, sentence
from workflow.errors import Conflict, WorkflowError
from workflow.services.accounts.own_choices import ChooseKeys
from workflow.services.casework.assessments import LONGEST, SaveResult
from workflow.services.casework.criteria.inquiries import LONGEST as MOST_WORDS, MOST_DAYS
from workflow.services.casework.criteria.judgements import (
    AgreeCriterion,
    AgreeTogether,
    KeepCriterion,
    LookAtCriterion,
    TakeBack,
    TakeComputed,
)
from workflow.services.casework.criteria.sheet_view import CriterionView, RowsView, SheetView, rows_view
from workflow.services.casework.fields import FieldProblem, FormRefused
from workflow.services.casework.files.viewer import View
from workflow.services.casework.task_view import TaskView
from workflow.services.views import Criterion, EvidenceRecord, Group

FIGURE = "figure-"


class KeepForm(CommandForm):
    """Why a row that was asked about is sent again as it was."""

    reason = TextAreaField(_l("Why it stays as it is"), [InputRequired(), Length(max=LONGEST)])


class AskForm(CommandForm):
    """What the unit is to explain about a row, and how many working days it has."""

    question = TextAreaField(_l("What is to be explained"), [InputRequired(), Length(max=MOST_WORDS)])
    days = WholeNumberField(
        _l("Working days for the answer"),
        [InputRequired(), NumberRange(min=1, max=MOST_DAYS)],
        render_kw={"min": 1, "max": MOST_DAYS},
    )


class CriterionForm(RevisionForm):
    """What every criterion asks for; `criterion_form` adds its figures. No revision: nothing has been saved yet."""

    revision = HiddenField(validators=[Regexp(r"[0-9]{0,9}", matcher=re.fullmatch)])  # type: ignore[call-arg] # its stubs are of 3.2
    result = RadioField(_l("Result"), validate_choice=False)
    statement = TextAreaField(_l("What was done, what was found"), render_kw={"maxlength": LONGEST})
    reason = TextAreaField(_l("Reason"), render_kw={"maxlength": LONGEST})


def criterion_form(view: CriterionView, *, evaluates: bool, sent: bool = True) -> CriterionForm:
    """Return the form as it was sent, or filled with what is stored.

    `evaluates`: there are earlier levels to compare with. `sent` false: what this request sent is another form's.
    """
    criterion, row = view.criterion, view.row
    decided = view.mine.state in ("agreed", "differs")  # a result taken over from the level before chooses nothing
    form = _form_of(
        criterion,
        **({} if sent else {"formdata": None}),
        data={
            "revision": str(row.revision) if row is not None and row.revision else "",
            "result": row.result if row and (decided or not evaluates) else None,
            "statement": row.statement if row else "",
            "reason": row.reason if row else "",
            **{FIGURE + key: plain_number(text) for key, text in (row.figures if row else {}).items()},
        },
    )
    form.reason.description = _reason_hint(evaluates, judged=bool(criterion.figures))
    if not evaluates and not criterion.figures and not form.reason.data:
        del form.reason  # nothing to differ from, no figures to explain
    return form


def _form_of(criterion: Criterion, **given: Any) -> CriterionForm:
    """The form that asks for what the criterion asks for."""
    made: dict[str, Any] = {
        FIGURE + figure.id: StringField(
            said(figure.label),
            description=_("Unit: %(unit)s", unit=said(figure.unit)),
            render_kw={"inputmode": "decimal", "autocomplete": "off"},
        )
        for figure in criterion.figures
    }
    form_class: Callable[..., CriterionForm] = type("OneCriterionForm", (CriterionForm,), made)
    form = form_class(prefix=f"{criterion.id}-", **given)
    allowed = [key for key in RESULTS if key != "not_applicable" or criterion.not_applicable_allowed]
    form.result.choices = choices((key, RESULTS[key][0]) for key in allowed)
    return form


def _reason_hint(evaluates: bool, *, judged: bool) -> Any:
    if evaluates and judged:
        return _l(
            "Needed where your result differs from the former level's, or where the figures leave it to your judgement."
        )
    if evaluates:
        return _l("Needed only where your result differs from the former level's.")
    return _l("Needed where the figures leave it to your judgement.")


def save_command(task_id: str, criterion: Criterion, form: CriterionForm) -> SaveResult:
    """Return the entries as the service takes them."""
    figures = {figure.id: form[FIGURE + figure.id].data or "" for figure in criterion.figures}
    return _command(task_id, criterion.id, form, figures)


def _command(task_id: str, criterion_id: str, form: CriterionForm, figures: Mapping[str, str]) -> SaveResult:
    return SaveResult(
        task_id=task_id,
        criterion_id=criterion_id,
        result=form.result.data or None,
        figures=figures,
        statement=form.statement.data or "",
        reason=(form.reason.data or "") if "reason" in form else "",
        revision=form.seen,
        command_id=form.command,
    )


def show_problems(form: CriterionForm, problems: tuple[FieldProblem, ...]) -> None:
    """Put every problem at its field."""
    for problem in problems:
        name = _field_of(form, problem)
        text = sentence(problem.template, problem.params)
        form[name].errors = [*form[name].errors, text]


def _field_of(form: CriterionForm, problem: FieldProblem) -> str:
    return problem.field_id if problem.field_id in form.data else FIGURE + problem.field_id


def _show_lacks(form: CriterionForm, one: CriterionView) -> None:
    """Say at its fields why a row that was saved cannot stand like that."""
    form.result.errors = [sentence(problem.template, problem.params) for problem in one.problems]
    if one.needs_reason and "reason" in form:
        form.reason.errors = [_("Your result differs from the former level's: give a reason.")]


def typed_texts(view: CriterionView, form: CriterionForm) -> list[tuple[str, str]]:
    """What somebody has typed, in words: shown where it can no longer be saved, so that nothing is lost."""
    chosen = RESULTS.get(form.result.data or "")
    texts = [(said(figure.label), form[FIGURE + figure.id].data) for figure in view.criterion.figures]
    texts += [(form.result.label.text, str(chosen[0]) if chosen else "")]
    texts += [(field.label.text, field.data) for field in form if field.short_name in ("statement", "reason")]
    return [(str(label), text) for label, text in texts if text]


# The table of a task's criteria, with one row open beside it; each row is saved by itself.


@blueprint.get("/nhiem-vu/<uuid:task_id>/tieu-chi")
def criteria(task_id: UUID) -> ResponseReturnValue:
    """All criteria, none of them open."""
    return matrix_page(read_criteria(task_id))


@blueprint.get("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>")
def criterion(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """The table with this row open, and the file of it that the address names, or its first. With `sua` its editor is open, too."""
    view = read_criteria(task_id, row=criterion_id)
    one = _criterion(view, criterion_id)
    file = _shown_file(one)
    shown = asked_view(file.id) if file is not None else None
    view = look_at(
        view, criterion_id, file.id if file is not None and shown is not None and not shown.trouble else None
    )
    return matrix_page(view, criterion_id, editing="sua" in request.args, shown=shown)


def look_at(view: TaskView, criterion_id: str, evidence_id: str | None = None) -> TaskView:
    """Put down that whoever has the task has opened this row, or this file of it, and return the task as it then stands.

    What a browser fetches beforehand or for another site nobody has looked at.
    """
    one = _criterion(view, criterion_id)
    known = one.mine.state != "unseen" and (evidence_id is None or evidence_id in one.mine.opened)
    fetched = request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")
    if known or fetched or "prefetch" in request.headers.get("Sec-Purpose", "") or not is_working(view):
        return view
    look = LookAtCriterion(task_id=view.task.id, criterion_id=criterion_id, evidence_id=evidence_id)
    container().judgements.look(current_actor(), look)
    return container().task_views.view(current_actor(), view.task.id, table=True, row=criterion_id)


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>")
def save_criterion(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """Save one criterion; then stay, or go on to the next one."""
    view = read_criteria(task_id)
    one = _criterion(view, criterion_id)
    form = _form(view, one)
    if not form.validate():
        return matrix_page(view, criterion_id, form=form, code=422)
    with Attempt() as attempt:
        container().assessments.save_result(current_actor(), save_command(str(task_id), one.criterion, form))
    match attempt.refusal:
        case None:
            return _saved(task_id, criterion_id)
        case FormRefused() as refused:
            show_problems(form, refused.problems)
            return matrix_page(view, criterion_id, form=form, code=422)
        case Conflict():
            return _conflict(task_id, criterion_id)
        case refusal:
            return matrix_page(view, criterion_id, form=form, refusal=refusal, code=attempt.status)


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/luu-nhap")
def autosave_criterion(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """Save one criterion while somebody types: the new revision, and the parts of the page that the save changes."""
    form = CriterionForm(
        prefix=f"{criterion_id}-", meta={"csrf": False}
    )  # its token has been looked at, and the answer has no form
    if not form.validate():
        return FlaskResponse(status=422)
    before = f"{criterion_id}-{FIGURE}"
    figures = {name.removeprefix(before): text for name, text in request.form.items() if name.startswith(before)}
    with Attempt() as attempt:
        saved = container().assessments.save(current_actor(), _command(str(task_id), criterion_id, form, figures))
        fresh = rows_view(saved)
        one = fresh.sheet.criteria[criterion_id]
        nothing_typed()
        parts = render_template("casework/_autosaved.html", one=one, **_common(fresh, matrix_of(fresh, working=True)))
        return FlaskResponse(parts, headers={"X-Revision": str(saved.row.revision)})
    if isinstance(attempt.refusal, FormRefused):
        wrong = [(_field_of(form, one), sentence(one.template, one.params)) for one in attempt.refusal.problems]
        said = render_template("casework/_not_saved.html", wrong=wrong, before=f"{criterion_id}-")
        return FlaskResponse(said, status=attempt.status)
    return FlaskResponse(status=attempt.status)


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/<any('dong-y', 'theo-so-lieu', 'xet-lai'):act>")
def decide(task_id: UUID, criterion_id: str, act: str) -> ResponseReturnValue:
    """One click on a row: agree, take over what the figures prove, or decide it anew. Agreeing goes on to the next row."""
    view = read_criteria(task_id)
    _criterion(view, criterion_id)
    service, actor, command = container().judgements, current_actor(), _row_command(act, criterion_id)
    row = {"task_id": str(task_id), "command_id": command}
    with Attempt() as attempt:
        match act:
            case "dong-y":
                service.agree(actor, AgreeCriterion(criterion_id=criterion_id, **row))
            case "theo-so-lieu":
                service.take_computed(actor, TakeComputed(criterion_id=criterion_id, **row))
            case _:
                service.take_back(actor, TakeBack(criteria=[criterion_id], **row))
    if attempt.refusal is not None:
        return matrix_page(read_criteria(task_id), criterion_id, refusal=attempt.refusal, code=attempt.status)
    return _gone_on(task_id, criterion_id, on=act != "xet-lai")


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/giu-nguyen")
def keep_criterion(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """The unit sends a row that it was asked about again as it was, and says why."""
    form, code = KeepForm(), 422
    _criterion(read_criteria(task_id), criterion_id)
    if form.validate():
        command = KeepCriterion(
            task_id=str(task_id),
            criterion_id=criterion_id,
            reason=form.reason.data or "",
            command_id=form.command,
        )
        with Attempt(form, at=form.reason) as attempt:
            container().judgements.keep(current_actor(), command)
            return _gone_on(task_id, criterion_id, on=False)
        code = attempt.status
    return matrix_page(read_criteria(task_id, row=criterion_id), criterion_id, keep=form, code=code)


@blueprint.route("/nhiem-vu/<uuid:task_id>/dong-y-ca-muc/<group_id>", methods=["GET", "POST"])
def agree_together(task_id: UUID, group_id: str) -> ResponseReturnValue:
    """List the rows of a section that were seen and are undecided; then agree to exactly those."""
    view = read_criteria(task_id)
    matrix = matrix_of(view, working=is_working(view))
    group, rows = _group(view, group_id)
    form = CommandForm()
    keys = matrix.together(rows)
    if form.validate_on_submit():
        listed = request.form.getlist("criterion")
        command = AgreeTogether(task_id=view.task.id, criteria=listed, command_id=form.command)
        with Attempt(form):
            container().judgements.agree_together(current_actor(), command)
            text = ngettext(
                "%(num)d criterion has been agreed to.", "%(num)d criteria have been agreed to.", len(listed)
            )
            return done(matrix.href(), text)
    return render_template(
        "casework/together.html",
        group=group,
        listed=[one for one in rows if one.criterion.id in keys],
        form=form,
        **_common(view, matrix),
    ), status(form, refused=409)


@blueprint.post("/nhiem-vu/<uuid:task_id>/hoan-tac/<group_id>")
def undo_together(task_id: UUID, group_id: str) -> ResponseReturnValue:
    """Make the rows of a section that were agreed to at once undecided again."""
    view = read_criteria(task_id)
    matrix = matrix_of(view, working=is_working(view))
    keys = matrix.undoable(_group(view, group_id)[1])
    with Attempt() as attempt:
        command = TakeBack(task_id=view.task.id, criteria=keys, command_id=button_command())
        container().judgements.take_back(current_actor(), command)
        text = ngettext("%(num)d criterion is undecided again.", "%(num)d criteria are undecided again.", len(keys))
        return done(matrix.href(), text)
    return matrix_page(read_criteria(task_id), refusal=attempt.refusal, code=attempt.status)


@blueprint.post("/nhiem-vu/<uuid:task_id>/phim-tat")
def switch_keys(task_id: UUID) -> ResponseReturnValue:
    """Switch the single keys off or on for this person, whichever browser they use."""
    view = read_criteria(task_id)
    command = ChooseKeys(act=request.form.get("keys") != "off", command_id=button_command())
    container().own_choices.choose_keys(current_actor(), command)
    matrix = matrix_of(view, working=is_working(view))
    row = request.form.get("row")
    return done(matrix.href(row if row in matrix.criteria else None))


def matrix_page(
    view: TaskView,
    key: str | None = None,
    *,
    editing: bool = False,
    form: CriterionForm | None = None,
    upload: UploadForm | None = None,
    ask: AskForm | None = None,
    keep: KeepForm | None = None,
    shown: View | None = None,
    refusal: WorkflowError | None = None,
    theirs: CriterionView | None = None,
    code: int = 200,
) -> ResponseReturnValue:
    """Return the table with one row open. `shown`: a file of it; `theirs`: what another window saved in between.

    A script gets only the parts that it names.
    """
    _sheet(view)
    working = is_working(view)
    matrix = matrix_of(view, working=working, chosen=key, editing=editing or form is not None)
    one = matrix.chosen
    forms = {}
    if working and matrix.first_level:
        forms = {name: _form(view, row, sent=False) for name, row in matrix.criteria.items() if name in matrix.shown}
    if working and one is not None and (matrix.editing or matrix.first_level):
        forms[one.criterion.id] = form or _form(view, one, sent=False)
        if form is None and editing:
            _show_lacks(forms[one.criterion.id], one)
    parts = [name for name in request.headers.get("X-Rows", "").split(",") if name in matrix.criteria]
    swapped = "X-Rows" in request.headers
    page = render_page(
        "casework/_swapped.html" if swapped else "casework/criteria.html",
        facts_of_table(view, matrix) if not (swapped or one or refusal or upload) else None,
        forms=forms,
        parts=parts,
        file=_shown_file(one) if one else None,
        shown=shown,
        upload=upload or (UploadForm(formdata=None) if one else None),
        ask=ask or (AskForm(formdata=None, days=view.answer_days) if one else None),
        keep=keep or (KeepForm(formdata=None, reason=one.mine.unchanged or "") if one else None),
        comment=None,
        **(remarks_on(view.case.id, key) if key else {}),
        refusal=refusal_text(refusal) if refusal else None,
        theirs=theirs,
        theirs_is_mine=bool(theirs and theirs.row and theirs.row.changed_by == current_actor().user_id),
        typed=typed_texts(one, form) if one is not None and form is not None and refusal is not None else (),
        **_common(view, matrix),
    )
    answer = FlaskResponse(page, status=code)
    answer.vary.add("X-Rows")
    return answer


def _saved(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """An entry that must be corrected or explained keeps the person at its row."""
    one = _criterion(read_criteria(task_id), criterion_id)
    stuck = one.standing in ("faulty", "unexplained")
    if "X-Rows" in request.headers:  # a script shows the row's state; a notice would wait for the next page
        pass
    elif stuck:
        flash(_("Saved. Something still needs your attention below."), "warning")
    elif one.standing == "incomplete":
        missing = _(
            "Criterion %(number)s has been saved; figures, a statement or a file of evidence are still missing.",
            number=criterion_id,
        )
        flash(missing, "warning")
    else:
        flash(_("Criterion %(number)s has been saved.", number=criterion_id))
    if stuck:
        return done(url_for(".criterion", task_id=task_id, criterion_id=criterion_id, sua=1, _anchor="pane"))
    return _gone_on(task_id, criterion_id, on=request.form.get("then") == "next")


def _gone_on(task_id: UUID, criterion_id: str, *, on: bool) -> ResponseReturnValue:
    """To the row after this one if `on`, else to this one. A script follows, too, and gets the parts of the page that it names."""
    view = read_criteria(task_id)
    matrix = matrix_of(view, working=is_working(view), chosen=criterion_id)
    key = (matrix.neighbour(1) if on else None) or criterion_id
    return done(matrix.href(key))


def _row_command(act: str, criterion_id: str) -> str:
    """The command of a button of one row: a second click on the row as it was shown is the same command, one on what became of it another."""
    page, seen = button_command(), request.form.get("seen", "")
    return str(uuid5(UUID(page), f"{act} {criterion_id} {seen}"))


def _conflict(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """Somebody saved this criterion in between: show what, keep what was typed, save over it only when asked again."""
    fresh = read_criteria(task_id)
    one = _criterion(fresh, criterion_id)
    form = _form(fresh, one)
    form.revision.data = str(one.row.revision if one.row else "")
    return matrix_page(fresh, criterion_id, form=form, theirs=one, code=409)


def _common(view: TaskView | RowsView, matrix: Matrix) -> dict[str, Any]:
    return {
        "view": view,
        "case": view.case,
        "matrix": matrix,
        "facts_of": facts_of_row,
        "facts_of_filters": facts_of_filters,
        "facts_of_matrix": facts_of_matrix,
        "facts_of_rows": facts_of_rows,
        "working": matrix.working,
        "gist": gist,
        "counted_words": counted_words,
        "named_level": named_level,
        "said_cell": said_cell,
        "state_words": state_words(first_level=matrix.first_level),
        "state_marks": MARKS,
        "demonstration": shows_demonstration(view.case),
    }


def _form(view: TaskView, one: CriterionView, *, sent: bool = True) -> CriterionForm:
    return criterion_form(one, evaluates=bool(one.earlier), sent=sent)


def _sheet(view: TaskView) -> SheetView:
    if view.sheet is None:
        abort(404)
    return view.sheet


def _criterion(view: TaskView, criterion_id: str) -> CriterionView:
    found = _sheet(view).criteria.get(criterion_id)
    if found is None:
        abort(404)
    return found


def _group(view: TaskView, group_id: str) -> tuple[Group, Sequence[CriterionView]]:
    found = next(((group, rows) for group, rows in _sheet(view).groups if group.id == group_id), None)
    if found is None:
        abort(404)
    return found


def _shown_file(one: CriterionView) -> EvidenceRecord | None:
    """The file that the address asks for, or the first one."""
    wanted = request.args.get("tep")
    return next((item for item in one.evidence if item.id == wanted), one.evidence[0] if one.evidence else None)
