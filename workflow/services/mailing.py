"""The mail jobs: a notification's text in its reader's language, given to the mail server."""

from collections.abc import Callable

from workflow.errors import N_
from workflow.ports import Mail, Mailer
from workflow.services.telling import localised
from workflow.store.jobs import JobRecord

SUBJECT = N_("Công nhận: news about %(business_key)s")
CLOSING = N_("Sign in to Công nhận to see the case. Please do not answer this mail.")
Translate = Callable[[str, str], str]
"""(language, English template) → the template in that language."""


def mail_errand(mailer: Mailer, translate: Translate) -> Callable[[JobRecord], None]:
    """Return what does `mail` jobs: outside any transaction, so that a slow mail server holds up nobody."""

    def run(job: JobRecord) -> None:
        language = job.payload["locale"]
        params = localised(job.payload["params"], language)
        text = translate(language, job.payload["template"]) % params
        subject = translate(language, SUBJECT) % {"business_key": params.get("business_key", "")}
        mailer.send(Mail(to=job.payload["to"], subject=subject, text=f"{text}\n\n{translate(language, CLOSING)}\n"))

    return run
