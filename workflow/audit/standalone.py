"""Checks a bundle, an export or a report: an extracted folder or the zip itself. Kiểm tra gói: thư mục đã giải nén hoặc tệp zip.

Usage: python3 verify.py [BUNDLE] --key-id HEX. Needs Python 3.8 or later and nothing else, signatures included. Exit 0: everything is
proved; 1: faults, each named; 3: no fault, but something is not proved, each thing with a sentence; 2: wrong usage. This file travels
inside every bundle as `verify.py`, so it imports nothing of the program that wrote the bundle. Who made a bundle made this file too:
run a copy that you have from elsewhere. Hãy dùng bản chương trình lấy từ nơi khác, không dùng bản nằm trong gói cần kiểm tra.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import stat
import struct
import sys
import zipfile
from collections.abc import Callable, Iterable
from typing import IO, Any

from workflow.audit.ed25519 import signed_by
from workflow.audit.verdict import VERDICTS, Refused, Result, Said, Wrong

MAX_MEMBERS, MAX_TOTAL, MAX_MEMBER, MAX_JSON, MAX_LINE = 60_000, 1 << 36, 1 << 31, 1 << 24, 1 << 22
OLD, FORMAT, GENESIS = 1, 2, "cong-nhan/audit/1/"
EVENT_FORMAT, MAX_INT = 1, 2**53 - 1
CONTEXT = b"cong-nhan/audit-checkpoint/1\n"
MANIFEST_CONTEXT = b"cong-nhan/audit-manifest/2\n"
DER_PREFIX = bytes.fromhex("302a300506032b6570032100")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
HASH, SIGNATURE = re.compile("[0-9a-f]{64}"), re.compile(b"[0-9a-f]{128}\n")
DAMAGE: tuple[type[Exception], ...] = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    ArithmeticError,
    OSError,
    EOFError,
)
DAMAGE += (zipfile.BadZipFile, struct.error)
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")
PLAIN = ("export", "report", "unknown")
"""Kinds that hold no events, or nothing that is known."""


class Bundle:
    """Members with their sizes; refuses names that lead out of it or collide, and sizes that could exhaust the machine."""

    def __init__(self, sizes: dict[str, int], opener: Callable[[str], IO[bytes]]) -> None:
        self.sizes, self.open = sizes, opener
        if len(sizes) > MAX_MEMBERS or sum(sizes.values()) > MAX_TOTAL:
            raise Refused("r-many")
        taken: dict[str, str] = {}
        for name, size in sizes.items():
            if not NAME.fullmatch(name) or any(part.endswith(".") for part in name.split("/")):
                raise Refused("r-name", name)
            if size > (MAX_JSON if name.endswith(".json") else MAX_MEMBER):
                raise Refused("r-large", name)
            if taken.setdefault(name.lower(), name) != name:
                raise Refused("r-case", name)
        for name in taken:
            if any(name[:place] in taken for place, sign in enumerate(name) if sign == "/"):
                raise Refused("r-below", name)


def open_folder(root: str) -> Bundle:
    """Open an extracted bundle; refuses links and devices."""
    sizes: dict[str, int] = {}
    for base, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in folders + files:
            path = os.path.join(base, name)
            if os.path.islink(path) or not (os.path.isdir(path) or os.path.isfile(path)):
                raise Refused("r-link", name)
            if name in files and name not in LITTER:
                sizes[os.path.relpath(path, root).replace(os.sep, "/")] = os.path.getsize(path)
    return Bundle(sizes, lambda name: open(os.path.join(root, *name.split("/")), "rb"))


def open_archive(path: str) -> Bundle:
    """Open a bundle as it was written: it only stores, so that no member can be larger than the file itself."""
    if not os.path.isfile(path):
        raise Refused("r-none")
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE as fault:
        raise Refused("r-zip", fault) from None
    sizes: dict[str, int] = {}
    for info in archive.infolist():
        if info.filename in sizes:
            raise Refused("r-twice", info.filename)
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size or info.flag_bits & 1:
            raise Refused("r-packed", info.filename)
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise Refused("r-link", info.filename)
        sizes[info.filename] = info.file_size
    if sum(sizes.values()) > os.path.getsize(path):
        raise Refused("r-overlap")
    bundle = Bundle(sizes, archive.open)
    check_layout(path, archive)
    return bundle


def check_layout(path: str, archive: zipfile.ZipFile) -> None:
    """Refuse a zip in which another program might find other members: they follow each other, and nothing stands between."""
    end = 0
    with open(path, "rb") as file:
        for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
            file.seek(max(info.header_offset, 0))
            header = file.read(30)
            if info.header_offset != end or len(header) != 30 or not header.startswith(b"PK\3\4"):
                raise Refused("r-before", info.filename)
            end += 30 + sum(struct.unpack("<HH", header[26:])) + info.file_size
        file.seek(-22, os.SEEK_END)
        if end != archive.start_dir or file.read(4) != b"PK\5\6" or archive.comment:
            raise Refused("r-after")


def canonical(value: Any) -> bytes:
    """RFC 8785 for the JSON that events hold: text, true, false, null, whole numbers, lists, objects."""
    return json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":")).encode()


def in_order(value: Any) -> Any:
    """Sort the keys of all objects by their UTF-16 units."""
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return [in_order(item) for item in value] if isinstance(value, list) else value


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("w-key")
    return found


def whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INT:
        raise Wrong("w-large")
    return int(text)


def unfit(text: str) -> Any:
    raise Wrong("w-whole", text[:20])


def parsed(data: bytes) -> Any:
    """Read JSON as it may stand here: no key twice, no fraction, no number that some reader would round."""
    return json.loads(data.decode(), object_pairs_hook=once, parse_int=whole, parse_float=unfit, parse_constant=unfit)


def read_json(bundle: Bundle, name: str) -> Any:
    with bundle.open(name) as stream:
        return parsed(stream.read(MAX_JSON + 1))


def hash_members(bundle: Bundle, result: Result) -> dict[str, str]:
    """Return the SHA-256 of every member."""
    actual: dict[str, str] = {}
    for name in sorted(bundle.sizes):
        digest = hashlib.sha256()
        try:
            with bundle.open(name) as stream:
                for chunk in iter(lambda: stream.read(1 << 20), b""):
                    digest.update(chunk)
        except DAMAGE as fault:
            result.damage(name, fault)
        actual[name] = digest.hexdigest()
    return actual


def check_manifest(bundle: Bundle, result: Result, actual: dict[str, str], trusted: list[str]) -> None:
    """Compare every member with the list, and check who signed the list."""
    manifest = read_json(bundle, "manifest.json")
    if manifest["format"] not in (OLD, FORMAT):
        result.gap("unknown", manifest["format"])
        result.kind = "unknown"
        return
    signed = manifest["format"] == FORMAT
    listed = dict(manifest["members"]) if not signed else {}
    for entry in manifest["members"] if signed else ():
        if entry["name"] in listed:
            result.fault("twice", entry["name"])
        fits = bundle.sizes.get(entry["name"]) == entry["size"]
        listed[entry["name"]] = entry["sha256"] if fits else ""
    for name in sorted({*listed, *actual} - {"manifest.json", *(["manifest.sig"] if signed else ())}):
        if listed.get(name) != actual.get(name):
            result.fault("missing" if name not in actual else "content" if name in listed else "extra", name)
    result.kind = str(manifest["kind"]) if signed else "case"
    if not signed:
        result.gap("old")
        return
    with bundle.open("manifest.sig") as stream:
        signature = stream.read(200)
    if not SIGNATURE.fullmatch(signature):
        result.fault("damaged", "manifest.sig", Said("w-signature"))
        return
    with bundle.open("manifest.json") as stream:
        message = MANIFEST_CONTEXT + stream.read(MAX_JSON)
    name, key_id = "manifest.json", str(manifest["key_id"])
    result.manifest_signed = check_signature(bundle, result, name, key_id, signature.decode().strip(), message, trusted)
    result.notes.append(Said("proved", manifest["written_at"], key_id, len(listed)))


class Stream:
    """What is kept of a stream while its events pass: where it stands, and its summary so far."""

    def __init__(self, name: str, covered: int) -> None:
        self.previous, self.last, self.covered = sha256((GENESIS + name).encode()), 0, covered
        self.cover: Any = None
        self.facts: dict[str, Any] = {}

    def fold(self, name: str, kind: str, payload: Any) -> None:
        """Follow what the summary of this stream says."""
        facts, new = self.facts, payload.get("new")
        if kind == "CaseOpened":
            facts.update({key: payload.get(key) for key in ("business_key", "unit_id", "demonstration")})
            facts.update(status="active", outcome=None, decision_number=None, decided_on=None)
        elif kind.startswith("Case") and "from" in payload and isinstance(payload.get("to"), str):
            facts["status"] = payload["to"]
        elif kind == "ResultRecorded":
            facts.update({key: payload.get(key) for key in ("outcome", "decision_number", "decided_on")})
        elif kind == "ProcessCompleted":
            facts["status"] = "completed"
            if facts.get("outcome") is None and payload.get("end_nodes"):
                facts["outcome"] = payload["end_nodes"][-1]
        elif kind in ("CampaignCreated", "OrganisationAdded") and isinstance(new, dict):
            facts.update(new)
        elif kind in ("CampaignOpened", "CampaignClosed"):
            facts["status"] = new
        elif kind.startswith("Organisation") and isinstance(payload.get("changes"), dict):
            own = kind != "OrganisationSucceeded" or name == f"organisation:{new['predecessor_id']}"
            facts.update({key: pair["new"] for key, pair in payload["changes"].items() if own})
        elif kind == "VersionCreated" and isinstance(new, dict):
            facts[f"version {payload.get('version_id')}"] = new.get("status")
        elif kind.startswith("Version") and isinstance(payload.get("files"), dict):
            facts[f"version {payload.get('version_id')}"] = new
        elif kind == "UserCreated":
            facts["users"] = facts.get("users", 0) + 1


def check_events(
    bundle: Bundle, result: Result, leaves: dict[str, int], named: dict[str, set[Any]]
) -> dict[str, Stream]:
    """Check each event and its link; fill in what payloads name by hash; return the streams, each of which stands in one piece."""
    streams: dict[str, Stream] = {}
    current = ""
    with bundle.open("events.jsonl") as source:
        for place, line in enumerate(iter(lambda: source.readline(MAX_LINE), b""), 1):
            try:
                event = parsed(line)
                seq, recorded, name, payload = (
                    event["seq"],
                    event.pop("hash"),
                    str(event["stream"]),
                    event.get("payload"),
                )
                exact = canonical(dict(event, hash=recorded)) + b"\n" == line and isinstance(event["stream"], str)
                withheld = "withheld" in event and "payload" not in event
                content = recorded if withheld else sha256(canonical(event))
                stream = streams.get(name) or streams.setdefault(name, Stream(name, leaves.get(name, 0)))
                ordinal = seq + 0 > stream.last
                where = f"{name!r}, event {seq!r}"
                gather(payload, "", named)
                if isinstance(payload, dict):
                    stream.fold(name, str(event.get("type")), payload)
            except DAMAGE as fault:
                result.fault("no-event", place, type(fault).__name__)
                continue
            result.events += 1
            if withheld:
                result.gap("withheld", where)
            if name != current and stream.last:
                result.fault("foreign", name)
            current = name
            if content != recorded or not exact or event.get("format") != EVENT_FORMAT:
                result.fault("event", where, content, recorded)
            if not ordinal:
                result.fault("repeated", where, stream.last)
                continue
            if seq > stream.last + 1:
                result.fault("gap", name, stream.last + 1, seq - 1)
            elif event.get("prev_hash") != stream.previous:
                result.fault("link", where)
            stream.previous, stream.last = str(recorded), seq
            stream.cover = recorded if seq == stream.covered else stream.cover
    return streams


def gather(value: Any, key: str, named: dict[str, set[Any]]) -> None:
    """Collect the file hashes that a payload names under keys that end in `sha256`, and how it describes evidence."""
    if isinstance(value, dict):
        if isinstance(value.get("evidence_sha256"), str):
            told = (value.get("evidence_sha256"), *(value.get(one) for one in ("filename", "media_type", "size")))
            named.setdefault("", set()).add(told)
        if "version_id" in value:  # of a procedure: the files of a version, and each that was changed in a draft
            gather([value.get("files"), value.get("new") if "path" in value else None], "files_sha256", named)
        for inner, item in value.items():
            gather(item, inner if inner.endswith("sha256") else key, named)
    elif isinstance(value, list):
        for item in value:
            gather(item, key, named)
    elif key and isinstance(value, str) and HASH.fullmatch(value):
        named.setdefault(key, set()).add(value)


def check_files(bundle: Bundle, actual: dict[str, str], named: dict[str, set[Any]], result: Result) -> None:
    """Check that the chain itself names the content of each enclosed file, and that what it names is enclosed and told right."""
    told = named.pop("", set())
    known = set().union(*named.values())
    for name, digest in actual.items():
        folder, _, rest = name.partition("/")
        if folder not in ("evidence", "definition", "criteria") or name == "evidence/index.json":
            continue
        if folder == "evidence" and rest != digest:
            result.fault("own-hash", name)
        if digest not in known:
            provable = folder == "evidence" or f"{folder}_sha256" in named or "files_sha256" in named
            if provable:
                result.fault("unnamed", name)
            else:
                (result.notes if result.manifest_signed else result.gaps).append(Said("unnamed-note", name))
    evidence = ("evidence_sha256",) if result.kind == "procedure" else ("evidence_sha256", "sha256")
    for kind, keys in (("evidence", evidence), ("file", ("definition_sha256", "criteria_sha256"))):
        absent = set().union(*(named.get(key, set()) for key in keys)).difference(actual.values())
        result.gaps += [Said("absent", kind, one) for one in sorted(absent)]
    check_index(bundle, actual, told, result)


def check_index(bundle: Bundle, actual: dict[str, str], told: set[Any], result: Result) -> None:
    """Check that the list of evidence says what the events say of each file."""
    index = read_json(bundle, "evidence/index.json")
    listed = [str(entry["sha256"]) for entry in index]
    enclosed = {name.partition("/")[2] for name in actual if name.startswith("evidence/")} - {"index.json"}
    for one in sorted({*listed} ^ enclosed) + sorted({one for one in listed if listed.count(one) > 1}):
        result.fault("index", one)
    for entry in index:
        said = [entry[key] for key in ("sha256", "filename", "media_type", "size")]
        if not any(all(map(lambda event, own: event in (None, own), one, said)) for one in told):
            result.fault("index", said[0])


def check_summary(bundle: Bundle, result: Result, streams: dict[str, Stream]) -> None:
    """Check that the summary for human readers says what the events say."""
    member = f"{result.kind}.json"
    summary = read_json(bundle, member)
    main = next(iter(streams), "")
    wanted: Iterable[tuple[str, Any]] = [(main, {**summary, "unit_id": summary.get("unit", {}).get("id")})]
    for entry in summary.get("cases", ()):
        wanted = [*wanted, (f"case:{entry['id']}", entry)]
    versions = {f"version {one['id']}": one["status"] for one in summary.get("versions", ())}
    for stream, said in wanted:
        held = streams[stream].facts if stream in streams else {}
        if stream not in streams or (result.kind != "accounts" and not stream.endswith(f":{said.get('id')}") and held):
            result.fault("summary", member, "id", said.get("id"), stream)
        for key, value in held.items():
            claimed = versions.get(key) if key.startswith("version ") else said.get(key, value)
            if claimed != value or type(claimed) is not type(value):
                result.fault("summary", member, key, claimed, value)


def check_proof(bundle: Bundle, result: Result, streams: dict[str, Stream], proofs: list[Any]) -> None:
    """Check that the checkpoint's tree contains a head of each stream, and that the events still contain that head."""
    checkpoint = read_json(bundle, "checkpoint.json")
    if {proof["leaf"]["stream"] for proof in proofs} != {*streams} or len(proofs) != len(streams):
        result.fault("other-proof")
    for proof in proofs:
        leaf, seq = {key: proof["leaf"][key] for key in ("stream", "seq", "hash")}, proof["leaf"]["seq"]
        name, stream = leaf["stream"], streams.get(leaf["stream"])
        if checkpoint["format"] != EVENT_FORMAT or proof["size"] != checkpoint["streams"]:
            result.fault("other-proof")
        if stream is None or stream.cover is None:
            result.fault("cut", name, seq)
        elif stream.cover != leaf["hash"]:
            result.fault("rewritten", name, seq)
        if stream is not None and stream.last > seq:
            newer = Said("newer-signed" if result.manifest_signed else "newer", name, seq)
            (result.notes if result.manifest_signed else result.gaps).append(newer)
        node = hashlib.sha256(b"\0" + canonical(leaf)).digest()
        if root_of(node, proof["index"], proof["size"], proof["path"]).hex() != checkpoint["root"]:
            result.fault("root")


def root_of(node: bytes, index: int, size: int, path: list[str]) -> bytes:
    """Follow an RFC 6962 inclusion proof from a hashed leaf; a path of the wrong length raises ValueError."""
    if not 0 <= index < size or bool(path) != (size > 1):
        raise Wrong("w-path")
    if size == 1:
        return node
    split = 1 << ((size - 1).bit_length() - 1)
    sibling, below = bytes.fromhex(path[-1]), path[:-1]
    if index < split:
        return hashlib.sha256(b"\1" + root_of(node, index, split, below) + sibling).digest()
    return hashlib.sha256(b"\1" + sibling + root_of(node, index - split, size - split, below)).digest()


def check_checkpoint(bundle: Bundle, result: Result, trusted: list[str]) -> None:
    """Check the checkpoint's signature."""
    checkpoint = read_json(bundle, "checkpoint.json")
    signature, key_id = checkpoint.pop("signature"), str(checkpoint["key_id"])
    message = CONTEXT + canonical(checkpoint)
    check_signature(bundle, result, "checkpoint.json", key_id, signature, message, trusted)


def check_signature(
    bundle: Bundle, result: Result, name: str, key_id: str, signature: str, message: bytes, trusted: list[str]
) -> bool:
    """Check the key's id and the signature; say whether the signature fits."""
    result.key_id = key_id
    if trusted and key_id not in trusted:
        result.fault("signer", name, key_id)
    member = f"keys/{key_id}.pem"
    if member not in bundle.sizes:
        raise Wrong("w-absent", member)
    with bundle.open(member) as stream:
        lines = stream.read(10_000).splitlines()
    der = base64.b64decode(b"".join(line for line in lines if not line.startswith(b"-")), validate=True)
    raw = der[len(DER_PREFIX) :]
    if not der.startswith(DER_PREFIX) or sha256(raw) != key_id:
        result.fault("key", member)
    fits = signed_by(raw, message, bytes.fromhex(signature))
    if not fits:
        result.fault("signature", name)
    return fits


def check(path: str, trusted: str | Iterable[str] | None = None) -> Result:
    """Check a bundle and name every fault; raises Refused for one that is unsafe to read, OSError for none at all."""
    bundle = open_folder(path) if os.path.isdir(path) else open_archive(path)
    keys = [trusted] if isinstance(trusted, str) else list(trusted or ())
    result, named = Result(), {}  # type: tuple[Result, dict[str, set[Any]]]
    actual = hash_members(bundle, result)

    def attempt(where: Any, step: Any, *arguments: Any) -> Any:
        try:
            return step(*arguments)
        except DAMAGE as fault:
            result.damage(where, fault)

    attempt("manifest.json", check_manifest, bundle, result, actual, keys)
    if result.kind not in PLAIN:
        found = attempt("proof.json", read_json, bundle, "proof.json")
        proofs = found if isinstance(found, list) else [found]
        leaves = attempt("proof.json", lambda: {one["leaf"]["stream"]: one["leaf"]["seq"] for one in proofs}) or {}
        streams = attempt("events.jsonl", check_events, bundle, result, leaves, named) or {}
        attempt("evidence/", check_files, bundle, actual, named, result)
        attempt(Said("w-summary"), check_summary, bundle, result, streams)
        attempt("proof.json", check_proof, bundle, result, streams, proofs)
        attempt("checkpoint.json", check_checkpoint, bundle, result, keys)
    if not keys:
        result.gap("no-key", result.key_id)
    return result


def printable(text: str) -> str:
    """The text without signs that could move a terminal's cursor or turn the direction of its writing."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def main(arguments: list[str] | None = None) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(description="Check a bundle / Kiểm tra gói")
    parser.add_argument("bundle", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--key-id", action="append", help="the id of a key you trust, not taken from this bundle")
    options = parser.parse_args(arguments)
    try:
        result = check(options.bundle, options.key_id)
    except DAMAGE as refusal:
        print(printable(f"REFUSED / TỪ CHỐI: {refusal} / {getattr(refusal, 'vi', '')}"))
        return 1
    told = {"FAULT / LỖI": result.faults, "NOT PROVED / CHƯA CHỨNG MINH": result.gaps, "NOTE / LƯU Ý": result.notes}
    for title, sentences in told.items():
        for said in sentences:
            print(printable(f"{title}: {said} / {said.vi}"))
    print(f"{result.events} events / sự kiện: {VERDICTS[result.code]}")
    return result.code


if __name__ == "__main__":
    sys.exit(main())
