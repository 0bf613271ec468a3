"""A stored file shown in the browser: pages of a PDF and photos as pictures, office files as an outline."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

from workflow.errors import Busy, CannotBeShown, NotFound
from workflow.organisation.authority import Actor
from workflow.ports import Drawing, Renderer
from workflow.services.casework.evidence import readable
from workflow.services.casework.ground import CaseGround
from workflow.store.casework import EvidenceRecord, UnitCase

WIDTHS = (640, 960, 1440, 1920)
"""In pixels: a few choices only, so that what is kept of a file stays bounded."""
USUAL = 960
PAGED = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One page of a file. `pages` of the whole file, of which the first `shown` can be asked for.

    `picture`: whether there is one to fetch; `blocks`: an office file's outline, see `workflow.ports.Drawing`; `cut`: it goes on in the
    original; `trouble`: why neither is there.
    """

    case: UnitCase
    record: EvidenceRecord
    page: int
    width: int
    pages: int = 1
    shown: int = 1
    picture: bool = False
    blocks: list[list[Any]] | None = None
    cut: bool = False
    trouble: CannotBeShown | Busy | None = None
    sizes: ClassVar[tuple[int, ...]] = WIDTHS

    @property
    def fits(self) -> bool:
        """Whether the picture may be shown narrower than it is: not where somebody asked for another size."""
        return self.width == USUAL

    @property
    def parts(self) -> list[tuple[str, list[Any]]]:
        """The outline with what is of one kind together: rows become tables."""
        grouped = groupby(self.blocks or [], key=lambda block: str(block[0]))
        return [(kind, [block[-1] for block in blocks]) for kind, blocks in grouped]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`tag`: changes when the picture does."""

    record: EvidenceRecord
    page: int
    width: int
    tag: str


class ViewerService:
    """Whoever may download a file may see it here."""

    def __init__(self, ground: CaseGround, renderer: Renderer) -> None:
        self._ground = ground
        self._renderer = renderer

    def view(self, actor: Actor, evidence_id: str, page: int = 1, width: int = USUAL) -> View:
        """The page asked for, or the nearest that there is. Raises `NotFound`."""
        case, record = readable(self._ground, actor, evidence_id)
        width = min(WIDTHS, key=lambda one: abs(one - width))
        page = max(page, 1) if record.media_type == PAGED else 1
        try:
            found = self._drawn(record, page, width)
            if page > found.shown:
                page = found.shown
                found = self._drawn(record, page, width)
        except (CannotBeShown, Busy) as trouble:
            return View(case=case, record=record, page=page, width=width, trouble=trouble, pages=page, shown=page)
        return View(
            case=case,
            record=record,
            page=page,
            width=width,
            pages=found.pages,
            shown=found.shown,
            picture=bool(found.picture),
            blocks=found.blocks,
            cut=found.cut or found.pages > found.shown,
        )

    def picture(self, actor: Actor, evidence_id: str, page: int, width: int) -> Picture:
        """Which picture that is, before anything is drawn. Raises `NotFound`."""
        _, record = readable(self._ground, actor, evidence_id)
        if width not in WIDTHS or page < 1 or (page > 1 and record.media_type != PAGED):
            raise NotFound()
        return Picture(record=record, page=page, width=width, tag=f"{record.sha256}-{page}-{width}")

    def content(self, picture: Picture) -> bytes:
        """Raise `NotFound` for a page that there is not, `CannotBeShown`, `Busy`."""
        found = self._drawn(picture.record, picture.page, picture.width).picture
        if not found:
            raise NotFound()
        return found

    def _drawn(self, record: EvidenceRecord, page: int, width: int) -> Drawing:
        return self._renderer.draw(record.sha256, record.media_type, page, width)
