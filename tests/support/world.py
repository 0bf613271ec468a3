"""The services around the cases, wired as the application wires them, with people to act in tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from cryptography.fernet import Fernet

from tests.support.clock import FixedClock
from workflow.audit.event import AuditEvent
from workflow.bootstrap import role_register
from workflow.calendar.seed import seed_holidays
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.data import load_organisations
from workflow.organisation.duties import FILE as DUTIES, load_duties
from workflow.organisation.records import Organisation, Succession
from workflow.packages.folders import PackageFolder, package_folders
from workflow.packages.package import ExaminerHere
from workflow.runtime.programs import Programs
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import AccountService, NewUser
from workflow.services.accounts.acts import acts_of
from workflow.services.accounts.credentials import EnrolmentService, Passwords, SecondFactor, Vault
from workflow.services.accounts.directory import AccountDirectory, NewRole
from workflow.services.accounts.links import Links, LinkService
from workflow.services.accounts.powers import Powers
from workflow.services.accounts.requests import ConfirmRequest, Desk, Done, RequestService
from workflow.services.accounts.roles import RoleService
from workflow.services.accounts.sessions import SessionService
from workflow.services.accounts.sign_in import SignInService
from workflow.services.campaigns.campaigns import CampaignService
from workflow.services.campaigns.ground import CampaignGround
from workflow.services.campaigns.units import CampaignUnitService
from workflow.services.casework.application import UnitApplication
from workflow.services.ground.ground import Ground
from workflow.services.ground.register import OrganisationRegister
from workflow.services.places.calendar import CalendarService
from workflow.services.places.organisations import OrganisationService
from workflow.services.procedures.checks import VersionChecks, check_job
from workflow.services.procedures.drafts import DraftService
from workflow.services.procedures.library import DefinitionLibrary
from workflow.services.procedures.publication import PublishingService
from workflow.store.unit_of_work import UnitsOfWork

DEFINITIONS = Path(__file__).parents[2] / "definitions"
PASSWORD = "Correct horse battery staple"


@dataclass(frozen=True, kw_only=True)
class World:
    units: UnitsOfWork
    clock: FixedClock
    register: OrganisationRegister
    ground: Ground
    campaign_ground: CampaignGround
    programs: Programs
    passwords: Passwords
    organisations: OrganisationService
    calendar: CalendarService
    directory: AccountDirectory
    accounts: AccountService
    roles: RoleService
    requests: RequestService
    links: LinkService
    vault: Vault
    sign_ins: SignInService
    sessions: SessionService
    enrolment: EnrolmentService
    checks: VersionChecks
    library: DefinitionLibrary
    drafts: DraftService
    publishing: PublishingService
    campaigns: CampaignService
    members: CampaignUnitService

    @classmethod
    def build(cls, units: UnitsOfWork, clock: FixedClock, *, mails: bool = True) -> "World":
        """Wire everything. `mails`: there is a mail server."""
        register = OrganisationRegister()
        programs = Programs(UnitApplication(register))
        # The cheapest parameters argon2 has: the tests are about who may sign in, not about how long a hash takes.
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        vault = Vault(Fernet.generate_key())
        factor = SecondFactor(vault, clock)
        ground = Ground(units=units, clock=clock, register=register)
        duties = load_duties((DEFINITIONS / DUTIES).read_bytes())
        powers, links = Powers(register, duties, role_register()), Links(vault, mails=mails)
        desk = Desk(ground, acts_of(ground, powers, links))
        checks = VersionChecks(ground, ExaminerHere())
        library = DefinitionLibrary(ground, checks, role_register())
        campaign_ground = CampaignGround(units=units, clock=clock, register=register, programs=programs)
        return cls(
            units=units,
            clock=clock,
            register=register,
            ground=ground,
            campaign_ground=campaign_ground,
            programs=programs,
            passwords=passwords,
            organisations=OrganisationService(ground, programs),
            calendar=CalendarService(ground),
            directory=AccountDirectory(ground),
            accounts=AccountService(ground, passwords, powers, desk, links),
            roles=RoleService(ground, desk),
            requests=RequestService(ground, desk, links),
            links=LinkService(ground, passwords, vault),
            vault=vault,
            sign_ins=SignInService(ground, passwords, factor, vault),
            sessions=SessionService(ground, powers),
            enrolment=EnrolmentService(ground, factor),
            checks=checks,
            library=library,
            drafts=DraftService(ground),
            publishing=PublishingService(ground, library),
            campaigns=CampaignService(campaign_ground),
            members=CampaignUnitService(campaign_ground),
        )

    def load(self) -> "World":
        """Load the shipped organisations and the calendar's years 2022 to 2026."""
        self.organisations.import_data(*shipped_organisations(), self.setup())
        self.calendar.seed(seed_holidays(2022, 2026), self.setup())
        return self

    def setup(self) -> Provenance:
        """In whose name an installation is set up."""
        return Provenance(actor=SYSTEM, at=self.clock.now())

    def person(self, login: str, role: str, organisation_id: str) -> Actor:
        """A user who has had the role since 2022, able to sign in with `PASSWORD`."""
        new = NewRole(role=role, organisation_id=organisation_id, valid_from=date(2022, 1, 1))
        user_id = self.accounts.set_up(
            self.setup(), NewUser(login=login, name=f"Người thử {login}"), self.accounts.hashed(PASSWORD), [new]
        )
        return self.directory.actor_of(user_id)

    def sure(self, done: Done) -> str:
        """The id of what came about, confirmed by the server's command line where it took a second person."""
        if done.request is not None:
            done = self.requests.confirm(None, ConfirmRequest(request_id=done.request))
        assert done.id is not None
        return done.id

    def mailed(self) -> str:
        """The token of the link that was mailed last."""
        with self.units.reading() as uow:
            rows = uow._connection.exec_driver_sql(
                "SELECT payload FROM jobs WHERE kind = 'account-link' ORDER BY id"
            ).all()
        payload = rows[-1][0]
        return self.vault.open((json.loads(payload) if isinstance(payload, str) else payload)["sealed"])

    def check(self, version_id: str) -> None:
        """Let the worker check the version as it stands."""
        self.checks.run(check_job(version_id, self.clock.now()))

    def again(self, actor: Actor) -> Actor:
        """The same user with what they may do now."""
        return self.directory.actor_of(actor.user_id)

    def events(self, stream: str) -> list[AuditEvent]:
        """What the stream holds, oldest first."""
        with self.units.reading() as uow:
            return list(uow.events.of_stream(stream))


def ground(units: UnitsOfWork, clock: FixedClock) -> Ground:
    """What services stand on, over an empty register."""
    return Ground(units=units, clock=clock, register=OrganisationRegister())


def shipped_organisations() -> tuple[tuple[Organisation, ...], tuple[Succession, ...]]:
    """The organisations of `definitions/`."""
    folder = DEFINITIONS / "organisations"
    return load_organisations({path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))})


def shipped_folder(label: str = "2023", key: str = "dien-hinh") -> PackageFolder:
    """A version of `definitions/`."""
    return next(one for one in shipped_folders() if (one.manifest.key, one.manifest.version_label) == (key, label))


@cache
def shipped_folders() -> tuple[PackageFolder, ...]:
    """Every version of `definitions/`."""
    return tuple(package_folders(DEFINITIONS))


def shipped_package(label: str = "2023", key: str = "dien-hinh") -> dict[str, bytes]:
    """The files of a version of `definitions/`."""
    return shipped_folder(label, key).files()


def uncovered(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files as they were shipped before packages said what they cover."""
    lines = files["procedure.toml"].splitlines(keepends=True)
    return {**files, "procedure.toml": b"".join(line for line in lines if not line.startswith(b"covers = "))}


def command() -> str:
    """An id for a command."""
    return new_id()
