"""The table of all columns in the reference of the database: how each is proved, as the column itself declares it."""

from tools.reference import ROOT, table
from workflow.store.columns import FOLLOWS, Proof, proof_of
from workflow.store.database import metadata

PATH = "docs/reference/database.md"
_BEGIN = "<!-- made from the tables by python -m tools.reference database -->\n"


def page() -> str:
    """What is written by hand, and below it the columns."""
    by_hand = (ROOT / PATH).read_text(encoding="utf-8").partition(_BEGIN)[0]
    rows = []
    for name, columns in ((metadata.tables[name], metadata.tables[name].columns) for name in sorted(metadata.tables)):
        kinds: dict[Proof, list[str]] = {kind: [] for kind in Proof}
        for column in columns:
            kind = proof_of(column)
            if kind is None:
                raise ValueError(f"{column} does not say how it is proved")
            kinds[kind].append(f"`{column.name}`")
        follows = f"all, from `{name.info[FOLLOWS]}`" if FOLLOWS in name.info else ""
        folded = follows or ", ".join(kinds[Proof.FOLDED])
        others = [", ".join(kinds[kind]) for kind in (Proof.BOUND, Proof.CACHE, Proof.CHAINED)]
        rows.append((name.name, *(text or "–" for text in (folded, *others))))
    return f"{by_hand}{_BEGIN}\n{table(('Columns of', 'Folded', 'Bound', 'Cache', 'Chained'), rows)}\n"
