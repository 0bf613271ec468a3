"""The only wiring: a data directory becomes a container of services. Tests pass their own clock and database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from pyotp import random_base32

from workflow.audit.row_seal import SealKey
from workflow.errors import N_, ConfigurationError
from workflow.organisation.duties import FILE as DUTIES, load_duties
from workflow.outside.clock import SHIFT_FILE, SystemClock, clock_of
from workflow.outside.files import FileBlobStore
from workflow.outside.keys import AuditKeyFiles, SealMarkFile, read_or_make
from workflow.outside.mail import LOCAL_URL, NoMailer, mailer_of, public_url_of
from workflow.outside.renderer import WalledRenderer
from workflow.outside.walled import WalledExaminer
from workflow.packages.examination import Examiner
from workflow.packages.roles import REGISTER, load_register
from workflow.ports import Clock, Mailer, SealMarks
from workflow.runtime.jobs import Errand, JobService, Runner
from workflow.runtime.messages import MessageJobs
from workflow.runtime.programs import Programs
from workflow.runtime.steps import Steps
from workflow.services.accounts.accounts import AccountService
from workflow.services.accounts.acts import acts_of
from workflow.services.accounts.credentials import EnrolmentService, Passwords, SecondFactor, Vault
from workflow.services.accounts.directory import AccountDirectory
from workflow.services.accounts.kept_forms import KeptFormService
from workflow.services.accounts.links import JOB as LINK_JOB, Links, LinkService, link_errand
from workflow.services.accounts.own_choices import OwnChoiceService
from workflow.services.accounts.powers import Powers
from workflow.services.accounts.requests import Desk, RequestService
from workflow.services.accounts.roles import RoleService
from workflow.services.accounts.sessions import SessionRules, SessionService
from workflow.services.accounts.sign_in import SignInService
from workflow.services.auditing.bundles import BundleService
from workflow.services.auditing.checkpoints import CheckpointService
from workflow.services.auditing.event_words import EventWords
from workflow.services.auditing.questions.answers import QuestionService
from workflow.services.auditing.questions.samples import SampleService
from workflow.services.auditing.questions.thresholds import FILE as THRESHOLDS, load_thresholds
from workflow.services.auditing.reports import JOB as VERIFICATION, ReportService
from workflow.services.auditing.seals import is_whole, promise, take_over
from workflow.services.auditing.trail import AuditService
from workflow.services.auditing.verification import VerificationService
from workflow.services.campaigns.campaigns import CampaignService
from workflow.services.campaigns.deadline_trials import DeadlineTrialService
from workflow.services.campaigns.figures import FigureService
from workflow.services.campaigns.ground import CampaignGround
from workflow.services.campaigns.jobs import CampaignJobs
from workflow.services.campaigns.roster import RosterService
from workflow.services.campaigns.units import CampaignUnitService
from workflow.services.casework.application import CaseHandlers, UnitApplication
from workflow.services.casework.assessments import AssessmentService
from workflow.services.casework.attendance import Attendance
from workflow.services.casework.case_view import CaseViewService
from workflow.services.casework.cases import CaseService
from workflow.services.casework.comments import CommentService
from workflow.services.casework.criteria.inquiries import InquiryService
from workflow.services.casework.criteria.judgements import JudgementService
from workflow.services.casework.evidence import EvidenceService
from workflow.services.casework.files.viewer import ViewerService
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.inbox import InboxService
from workflow.services.casework.messages import MessageService
from workflow.services.casework.operations import FailedJobService, OperationService
from workflow.services.casework.queue.filters import SavedFilterService
from workflow.services.casework.queue.several import SeveralService
from workflow.services.casework.queue.taking_back import TakeBackService
from workflow.services.casework.rounds.stepping_out import RoundService
from workflow.services.casework.task_view import TaskViewService
from workflow.services.casework.tasks import TaskService
from workflow.services.ground.ground import Ground
from workflow.services.ground.language import translated
from workflow.services.ground.people import NameService
from workflow.services.ground.register import OrganisationRegister
from workflow.services.ground.roles import RoleRegister
from workflow.services.home.home import AuditRooms, HomeService
from workflow.services.moving.handover import HandoverService
from workflow.services.moving.jobs import MIGRATE, REVERT, MigrationJobs
from workflow.services.moving.moves import MigrationService
from workflow.services.notifications.mails import Postman
from workflow.services.notifications.news import News
from workflow.services.notifications.notifications import NotificationService
from workflow.services.notifications.reminders import TaskReminders
from workflow.services.places.calendar import CalendarService
from workflow.services.places.organisations import OrganisationService
from workflow.services.procedures.checks import JOB as CHECK_VERSION, VersionChecks
from workflow.services.procedures.drafts import DraftService
from workflow.services.procedures.library import DefinitionLibrary
from workflow.services.procedures.publication import PublishingService
from workflow.services.sittings.deciding import JointDecisions
from workflow.services.sittings.sittings import SittingService
from workflow.services.trials.saved_runs import PackageTestService
from workflow.services.trials.trials import TrialService
from workflow.services.upkeep.alarms import AlarmService
from workflow.services.upkeep.health import HealthService, WorkerLife
from workflow.services.upkeep.mail_trials import MailTrialService
from workflow.store.database import Engine, bring_up_within, create_engine, is_older, reading_engine
from workflow.store.unit_of_work import UnitsOfWork
from workflow.worker import Worker

DEFINITIONS = Path(__file__).resolve().parents[1] / "definitions"
"""What is shipped as data."""
_UNWRITABLE = N_("The data directory %(path)s cannot be written to: %(reason)s.")


@dataclass(frozen=True, kw_only=True)
class Container:
    """Every service, ready to be used."""

    data: Path
    engine: Engine
    units: UnitsOfWork
    clock: Clock
    register: OrganisationRegister
    programs: Programs
    ground: CaseGround
    tasks: TaskService
    task_views: TaskViewService
    cases: CaseService
    case_views: CaseViewService
    assessments: AssessmentService
    judgements: JudgementService
    inquiries: InquiryService
    evidence: EvidenceService
    viewer: ViewerService
    renderer: WalledRenderer
    comments: CommentService
    sittings: SittingService
    joint_decisions: JointDecisions
    rounds: RoundService
    operations: OperationService
    inbox: InboxService
    several: SeveralService
    taking_back: TakeBackService
    saved_filters: SavedFilterService
    notifications: NotificationService
    sign_in: SignInService
    sessions: SessionService
    enrolment: EnrolmentService
    kept_forms: KeptFormService
    own_choices: OwnChoiceService
    accounts: AccountDirectory
    account_changes: AccountService
    account_requests: RequestService
    links: LinkService
    roles: RoleService
    demonstration: bool
    """Whether its clock is a demonstration's: only then may accounts of people who do not exist sign in."""
    organisations: OrganisationService
    handovers: HandoverService
    names: NameService
    calendar_days: CalendarService
    definitions: DefinitionLibrary
    drafts: DraftService
    publishing: PublishingService
    trials: TrialService
    package_tests: PackageTestService
    version_checks: VersionChecks
    campaigns: CampaignService
    deadline_trials: DeadlineTrialService
    campaign_units: CampaignUnitService
    rosters: RosterService
    figures: FigureService
    audit: AuditService
    questions: QuestionService
    samples: SampleService
    checkpoints: CheckpointService
    verification: VerificationService
    reports: ReportService
    bundles: BundleService
    attendance: Attendance
    jobs: JobService
    failed_jobs: FailedJobService
    messages: MessageService
    migrations: MigrationService
    home: HomeService
    health: HealthService
    alarms: AlarmService
    mail_trials: MailTrialService

    def worker(self) -> Worker:
        """A worker on these services, with the chores that fall due by the clock."""
        life = WorkerLife(self.ground, SystemClock())
        chores = [
            self.checkpoints.ensure_scheduled,
            self.attendance.ensure_scheduled,
            self.sessions.forget_old,
            self.kept_forms.forget_old,
            self.account_requests.expire,
            self.alarms.look,
            self.version_checks.ensure_checked,
            EventWords(self.ground).catch_up,
            self.renderer.forget_old,
        ]
        return Worker(self.jobs, chores, beats=[life.beat], ends=[life.end])

    def demonstration_code(self) -> str | None:
        """The code that a demonstration's accounts enter now; None where this is none."""
        return self.enrolment.code_of(demonstration_secret(self.data)) if self.demonstration else None

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()


def role_register(definitions: Path = DEFINITIONS) -> RoleRegister:
    """The register of roles that the installation is shipped with."""
    return load_register((definitions / REGISTER).read_bytes())


DATABASE = "congnhan.sqlite3"
"""The file of the database in a data directory."""


def database_url(data: Path) -> str:
    """The SQLite database of a data directory."""
    return f"sqlite:///{data / DATABASE}"


def web_key(data: Path) -> str:
    """The key by which the web application signs sessions and forms: made once, readable by the owner only."""
    return read_or_make(data / "keys" / "web.key", lambda: token_hex(32).encode("ascii")).decode("ascii")


def demonstration_secret(data: Path) -> str:
    """The second factor that all of this installation's demonstration accounts share: made once, kept beside the data."""
    return read_or_make(data / "demonstration-factor.txt", lambda: random_base32().encode("ascii")).decode("ascii")


def build(
    data: Path,
    *,
    url: str | None = None,
    clock: Clock | None = None,
    mailer: Mailer | None = None,
    patience: float = 0,
    examiner: Examiner | None = None,
) -> Container:
    """Open the data directory (made where missing), bring its database up to date, and wire the services.

    A database that cannot be reached is waited for, that many seconds. Raises `ConfigurationError`, `Unavailable`.
    """
    try:
        for folder in (data, data / "keys", data / "evidence"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(_UNWRITABLE, path=str(data), reason=error.strerror or "") from error
    engine = create_engine(url or database_url(data))
    marks = SealMarkFile(data / "keys", lambda: SealKey.derived(_vault_key(data)))
    try:
        bring_up_within(engine, patience, lambda steps: promise(marks, steps))
    except OSError as error:
        raise ConfigurationError(_UNWRITABLE, path=str(data / "keys"), reason=error.strerror or "") from error
    now, post, address = clock or clock_of(data), mailer or mailer_of(os.environ), public_url_of(os.environ)
    container = wire(data, engine, now, post, base_url=address, examiner=examiner)
    take_over(container.ground, marks)
    return container


def _vault_key(data: Path) -> bytes:
    return read_or_make(data / "keys" / "vault.key", Vault.new_key)


@contextmanager
def look(data: Path, *, url: str | None = None) -> Iterator[Container]:
    """Open the data directory to read it only, as it is: nothing is made, brought up to date or written.

    Where the vault's key is gone, what it sealed cannot be read, and verification says so.
    """
    place = data / "keys" / "vault.key"
    secret = place.read_bytes().strip() if place.exists() else Vault.new_key()
    with reading_engine(url or database_url(data)) as engine:
        yield wire(data, engine, clock_of(data), mailer_of(os.environ), secret)


def bring_up(data: Path, *, url: str | None = None) -> bool:
    """Bring a database of an earlier version up to date, as every start does, where it can be written to; say whether it was."""
    with reading_engine(url or database_url(data)) as engine:
        older = is_older(engine)
    if older and os.access(data, os.W_OK):
        build(data, url=url).close()
        return True
    return False


def wire(
    data: Path,
    engine: Engine,
    clock: Clock,
    mailer: Mailer,
    secret: bytes | None = None,
    base_url: str | None = None,
    examiner: Examiner | None = None,
) -> Container:
    """Make every service once.

    `secret`: the vault's key, else that of the data directory; `base_url`: of the pages, for links in mails; `examiner`: of packages,
    else processes of their own.
    """
    secret = secret or _vault_key(data)
    seal_key = SealKey.derived(secret)
    base, ground, campaign_ground = _grounds(data, UnitsOfWork(engine, seal_key), clock)
    cases = CaseService(ground)
    messages = MessageService(ground, cases)
    attendance, told = _telling(base, ground)
    checks = VersionChecks(base, examiner or WalledExaminer())
    library = DefinitionLibrary(base, checks, role_register())
    keys, marks = AuditKeyFiles(data / "keys"), SealMarkFile(data / "keys", lambda: seal_key)
    audit, vault = _audit_services(base, ground, keys, marks), Vault(secret)
    casework = _casework_services(ground, cases, WalledRenderer(data / "renderings", ground.blobs))
    alarms = AlarmService(base, SystemClock(), data, sealed=lambda uow: is_whole(uow, marks))
    failed = FailedJobService(base)
    rooms = AuditRooms(audit["checkpoints"], audit["reports"])
    errands = _errands(base, mailer, vault, base_url) | {
        VERIFICATION: audit["reports"].run_job,
        CHECK_VERSION: checks.run,
    }
    return Container(
        data=data,
        engine=engine,
        units=base.units,
        clock=clock,
        register=base.register,
        programs=campaign_ground.programs,
        ground=ground,
        **casework,
        notifications=NotificationService(base),
        **_account_services(base, library, vault, mailer, demonstration=(data / SHIFT_FILE).exists()),
        own_choices=OwnChoiceService(base),
        **_place_services(base, ground, campaign_ground.programs),
        names=NameService(base, library.roles),
        **_procedure_services(base, library, checks),
        **_campaign_services(campaign_ground, ground.steps),
        **audit,
        failed_jobs=failed,
        home=HomeService(ground, casework["inbox"], casework["sittings"], alarms, failed, rooms),
        migrations=MigrationService(ground),
        messages=messages,
        health=HealthService(base, SystemClock()),
        alarms=alarms,
        mail_trials=MailTrialService(base, mailer),
        attendance=attendance,
        jobs=_jobs(ground, told | _runners(ground, campaign_ground, cases, audit["checkpoints"], messages), errands),
    )


def _audit_services(base: Ground, ground: CaseGround, keys: AuditKeyFiles, marks: SealMarks) -> dict[str, Any]:
    checkpoints, verification = CheckpointService(base, keys), VerificationService(base, ground.blobs, keys, marks)
    return {
        "audit": AuditService(ground, keys),
        "samples": SampleService(ground),
        "questions": QuestionService(ground, keys, load_thresholds((DEFINITIONS / THRESHOLDS).read_bytes())),
        "checkpoints": checkpoints,
        "verification": verification,
        "reports": ReportService(base, verification, ground.blobs, keys),
        "bundles": BundleService(ground, checkpoints, keys),
    }


def _account_services(
    base: Ground, library: DefinitionLibrary, vault: Vault, mailer: Mailer, *, demonstration: bool
) -> dict[str, Any]:
    passwords, factor = Passwords(), SecondFactor(vault, SystemClock())
    powers = Powers(base.register, load_duties((DEFINITIONS / DUTIES).read_bytes()), library.roles)
    links = Links(vault, mails=not isinstance(mailer, NoMailer))
    desk = Desk(base, acts_of(base, powers, links))
    return {
        "sign_in": SignInService(base, passwords, factor, vault, demonstration=demonstration),
        "sessions": SessionService(base, powers, SessionRules(demonstration=demonstration)),
        "enrolment": EnrolmentService(base, factor),
        "kept_forms": KeptFormService(base),
        "accounts": AccountDirectory(base),
        "account_changes": AccountService(base, passwords, powers, desk, links),
        "account_requests": RequestService(base, desk, links),
        "links": LinkService(base, passwords, vault),
        "roles": RoleService(base, desk),
        "demonstration": demonstration,
    }


def _place_services(base: Ground, ground: CaseGround, programs: Programs) -> dict[str, Any]:
    return {
        "organisations": OrganisationService(base, programs),
        "handovers": HandoverService(ground),
        "calendar_days": CalendarService(base),
    }


def _casework_services(ground: CaseGround, cases: CaseService, renderer: WalledRenderer) -> dict[str, Any]:
    tasks, comments, rounds = TaskService(ground), CommentService(ground), RoundService(ground)
    return {
        "tasks": tasks,
        "rounds": rounds,
        "task_views": TaskViewService(ground),
        "cases": cases,
        "case_views": CaseViewService(ground, cases),
        "assessments": AssessmentService(ground, tasks),
        "judgements": JudgementService(ground, tasks),
        "evidence": EvidenceService(ground, tasks),
        "inquiries": InquiryService(ground, tasks),
        "viewer": ViewerService(ground, renderer),
        "renderer": renderer,
        "comments": comments,
        "sittings": SittingService(ground, tasks, comments, rounds),
        "joint_decisions": JointDecisions(ground, tasks, EvidenceService(ground, tasks)),
        "operations": OperationService(ground),
        "inbox": InboxService(ground),
        "several": SeveralService(ground, tasks),
        "taking_back": TakeBackService(ground),
        "saved_filters": SavedFilterService(ground),
    }


def _campaign_services(ground: CampaignGround, steps: Steps) -> dict[str, Any]:
    return {
        "campaigns": CampaignService(ground),
        "deadline_trials": DeadlineTrialService(ground, steps),
        "campaign_units": CampaignUnitService(ground),
        "rosters": RosterService(ground),
        "figures": FigureService(ground),
    }


def _procedure_services(base: Ground, library: DefinitionLibrary, checks: VersionChecks) -> dict[str, Any]:
    drafts, trials = DraftService(base), TrialService(base, library)
    return {
        "definitions": library,
        "drafts": drafts,
        "publishing": PublishingService(base, library),
        "version_checks": checks,
        "trials": trials,
        "package_tests": PackageTestService(base, library, trials, drafts),
    }


def _grounds(data: Path, units: UnitsOfWork, clock: Clock) -> tuple[Ground, CaseGround, CampaignGround]:
    """What the services stand on: all of them, those of cases, those of campaigns."""
    register = OrganisationRegister()
    application = UnitApplication(register)
    programs = Programs(application)
    steps, blobs = Steps(programs, application), FileBlobStore(data / "evidence")
    return (
        Ground(units=units, clock=clock, register=register),
        CaseGround(units=units, clock=clock, register=register, steps=steps, blobs=blobs),
        CampaignGround(units=units, clock=clock, register=register, programs=programs),
    )


def _telling(base: Ground, ground: CaseGround) -> tuple[Attendance, dict[str, Runner]]:
    """What looks after open work, and the kinds of jobs that tell people of it."""
    news, reminders = News(base, ground.steps, role_register()), TaskReminders(base, ground.steps)
    attendance = Attendance(ground, news, reminders)
    return attendance, {**attendance.runners(), **reminders.runners(), **news.runners()}


def _errands(base: Ground, mailer: Mailer, vault: Vault, base_url: str | None) -> dict[str, Errand]:
    """The kinds of jobs that send mails."""
    link = link_errand(mailer, vault, translated, base_url or LOCAL_URL)
    return {**Postman(base.units, mailer, translated, base_url).errands(), LINK_JOB: link}


def _jobs(ground: CaseGround, runners: dict[str, Runner], errands: dict[str, Errand]) -> JobService:
    """The worker's services; `errands` are the kinds of jobs that reach outside the database."""
    handlers = CaseHandlers(ground.register).by_name()
    return JobService(ground.units, ground.clock, ground.steps, handlers, runners, errands)


def _runners(
    ground: CaseGround,
    campaign_ground: CampaignGround,
    cases: CaseService,
    checkpoints: CheckpointService,
    messages: MessageService,
) -> dict[str, Runner]:
    """The kinds of jobs that other services than `JobService` own."""
    campaigns = CampaignJobs(campaign_ground, cases, ground.steps)
    migrations = MigrationJobs(ground)
    return {
        MIGRATE: migrations.migrate_case,
        REVERT: migrations.revert_case,
        "campaign-start": campaigns.start_unit,
        "campaign-reschedule": campaigns.reschedule_campaign,
        "case-reschedule": campaigns.reschedule_case,
        "checkpoint": checkpoints.run_job,
        **InquiryService(ground, TaskService(ground)).runners(),
        **MessageJobs(ground.steps, messages.start_case).runners(),
    }
