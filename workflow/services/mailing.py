"""The mail jobs: a notification's text in its reader's language, given to the mail server."""

from collections.abc import Callable

from workflow.errors import N_
from workflow.services.ports.cases import JobRecord
from workflow.services.ports.outside import Mail, Mailer
from workflow.services.ports.unit_of_work import UnitOfWork
from workflow.services.recorder import Provenance

SUBJECT = N_("Công nhận: news about %(business_key)s")
CLOSING = N_("Sign in to Công nhận to see the case. Please do not answer this mail.")
Translate = Callable[[str, str], str]
"""(language, English template) → the template in that language."""


def mail_runner(mailer: Mailer, translate: Translate) -> Callable[[UnitOfWork, JobRecord, Provenance], None]:
    """Return the runner of `mail` jobs."""

    def run(_uow: UnitOfWork, job: JobRecord, _by: Provenance) -> None:
        language, params = job.payload["locale"], job.payload["params"]
        text = translate(language, job.payload["template"]) % params
        subject = translate(language, SUBJECT) % {"business_key": params.get("business_key", "")}
        mailer.send(Mail(to=job.payload["to"], subject=subject, text=f"{text}\n\n{translate(language, CLOSING)}\n"))

    return run
