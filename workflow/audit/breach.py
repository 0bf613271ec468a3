"""What can be wrong with an audit trail, and the sentence that names it."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import N_


class BreachKind(StrEnum):
    """The kinds of fault that verification tells apart."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    DUPLICATE = "duplicate"
    FOREIGN = "foreign"
    LINK = "link"
    CUT = "cut"
    REWRITTEN = "rewritten"
    HEAD = "head"
    CHECKPOINT_KEY = "checkpoint-key"
    CHECKPOINT_SIGNATURE = "checkpoint-signature"
    CHECKPOINT_ROOT = "checkpoint-root"
    CHECKPOINT_COUNT = "checkpoint-count"
    CHECKPOINT_CHAIN = "checkpoint-chain"
    CHECKPOINT_MISSING = "checkpoint-missing"
    CHECKPOINT_GONE = "checkpoint-gone"
    INDEX = "index"
    PROJECTION = "projection"
    DEFINITION = "definition"
    EVIDENCE_MISSING = "evidence-missing"
    EVIDENCE_CHANGED = "evidence-changed"
    ROW_CHANGED = "row-changed"
    ROW_ADDED = "row-added"
    ROW_GONE = "row-gone"
    SEAL_CHANGED = "seal-changed"
    SEAL_GONE = "seal-gone"
    SEAL_REWRITTEN = "seal-rewritten"
    SEAL_KEY = "seal-key"
    SEALS_REMOVED = "seals-removed"
    SEALS_BEHIND = "seals-behind"
    SEALED_AGAIN = "sealed-again"
    SEAL_MARK = "seal-mark"
    SCHEMA = "schema"
    UNREADABLE = "unreadable"


TEMPLATES = {
    BreachKind.CHANGED: N_(
        "%(stream)s, event %(seq)s was changed: its content gives %(actual)s, its hash says %(expected)s."
    ),
    BreachKind.REMOVED: N_("%(stream)s, events %(seq)s to %(last_seq)s were removed."),
    BreachKind.REORDERED: N_(
        "%(stream)s, event %(seq)s stands in the wrong place: expected %(expected)s, found %(actual)s."
    ),
    BreachKind.DUPLICATE: N_("%(stream)s, event %(seq)s occurs twice."),
    BreachKind.FOREIGN: N_("%(stream)s, event %(seq)s belongs to another stream: %(actual)s."),
    BreachKind.LINK: N_(
        "%(stream)s, event %(seq)s does not follow from the event before it: it links to %(actual)s, not to %(expected)s."
    ),
    BreachKind.CUT: N_(
        "%(stream)s was cut: events %(seq)s to %(last_seq)s are covered by a recorded head and are gone."
    ),
    BreachKind.REWRITTEN: N_(
        "%(stream)s, event %(seq)s was rewritten: the recorded head says %(expected)s, the event %(actual)s."
    ),
    BreachKind.HEAD: N_("%(stream)s, event %(seq)s is not the recorded head: expected %(expected)s, found %(actual)s."),
    BreachKind.CHECKPOINT_KEY: N_("%(stream)s is signed with the unknown key %(actual)s."),
    BreachKind.CHECKPOINT_SIGNATURE: N_("%(stream)s has a signature that does not fit its content."),
    BreachKind.CHECKPOINT_ROOT: N_(
        "%(stream)s covers other heads than its root says: expected %(expected)s, found %(actual)s."
    ),
    BreachKind.CHECKPOINT_COUNT: N_("%(stream)s counts %(expected)s, its heads count %(actual)s."),
    BreachKind.CHECKPOINT_CHAIN: N_(
        "%(stream)s does not follow the checkpoint before it: expected %(expected)s, found %(actual)s."
    ),
    BreachKind.CHECKPOINT_MISSING: N_("The checkpoint with hash %(expected)s, noted elsewhere, is gone."),
    BreachKind.CHECKPOINT_GONE: N_("%(stream)s, event %(seq)s names the checkpoint %(expected)s, which is gone."),
    BreachKind.INDEX: N_(
        "%(stream)s, event %(seq)s is filed wrongly: its content says %(expected)s, its row %(actual)s."
    ),
    BreachKind.PROJECTION: N_(
        "%(stream)s differs from its events: they give %(expected)s, the database says %(actual)s."
    ),
    BreachKind.DEFINITION: N_(
        "%(stream)s, event %(seq)s names the definition file %(expected)s; the stored one is %(actual)s."
    ),
    BreachKind.EVIDENCE_MISSING: N_("%(stream)s, event %(seq)s names the file %(expected)s, which is gone."),
    BreachKind.EVIDENCE_CHANGED: N_(
        "%(stream)s, event %(seq)s names the file %(expected)s; the stored one has the hash %(actual)s."
    ),
    BreachKind.ROW_CHANGED: N_("The row %(stream)s was changed by something else than the application."),
    BreachKind.ROW_ADDED: N_("The row %(stream)s was added by something else than the application."),
    BreachKind.ROW_GONE: N_("The row %(stream)s was taken away by something else than the application."),
    BreachKind.SEAL_CHANGED: N_("Page %(seq)s of the book of seals (%(stream)s) was changed."),
    BreachKind.SEAL_GONE: N_("Pages %(seq)s to %(last_seq)s of the book of seals (%(stream)s) were removed."),
    BreachKind.SEAL_REWRITTEN: N_(
        "Page %(seq)s of the book of seals (%(stream)s) is not the one that a checkpoint has noted."
    ),
    BreachKind.SEAL_KEY: N_(
        "Pages %(seq)s to %(last_seq)s of the book of seals (%(stream)s) are sealed with the key %(actual)s, which is not here: "
        "rows that only they name could not be checked."
    ),
    BreachKind.SEALS_REMOVED: N_(
        "The book of seals was removed, or another one was put in its place: it should begin with the event %(expected)s and begins with %(actual)s."
    ),
    BreachKind.SEALS_BEHIND: N_(
        "The database was set back to before revision %(actual)s, although it had reached %(expected)s: an older backup was restored, or "
        "somebody has done it to have rows sealed anew. If it was you, restore that backup once more together with the keys/seals.json of its "
        "time, or without that file, and start the application."
    ),
    BreachKind.SEALED_AGAIN: N_(
        "%(stream)s, event %(seq)s: rows were sealed as they stood for revision %(actual)s, although that was done up to %(expected)s before."
    ),
    BreachKind.SEAL_MARK: N_(
        "%(stream)s cannot be believed: it was changed, or was not made with the present keys/vault.key. Without it nobody knows whether the "
        "book of seals is the one that was begun."
    ),
    BreachKind.SCHEMA: N_("The database is not built as it should be: %(stream)s is %(actual)s, not %(expected)s."),
    BreachKind.UNREADABLE: N_("%(stream)s cannot be read: %(actual)s."),
}


DESCRIPTION = N_("the database's own description")
"""In the place of a stream: what the database says of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One fault. `stream` is the stream's name, `checkpoint:<id>` or `DESCRIPTION`; `seq` to `last_seq` are the events it is about."""

    kind: BreachKind
    stream: str
    seq: int | None = None
    last_seq: int | None = None
    expected: str | None = None
    actual: str | None = None

    @property
    def template(self) -> str:
        """The message template, to be translated before `params` go in."""
        return TEMPLATES[self.kind]

    @property
    def params(self) -> dict[str, str | int | None]:
        """The values for `template`."""
        return {
            "stream": self.stream,
            "seq": self.seq,
            "last_seq": self.seq if self.last_seq is None else self.last_seq,
            "expected": self.expected,
            "actual": self.actual,
        }

    def __str__(self) -> str:
        return self.template % self.params
