"""Checks a case bundle: an extracted folder or the zip itself. Kiểm tra gói hồ sơ: thư mục đã giải nén hoặc chính tệp zip.

Usage: python3 verify.py [BUNDLE] [--key-id HEX]. Needs Python 3.8 or later and nothing else; the signature alone needs the
`cryptography` package. Exit 0: everything holds; 1: faults, each named. This file travels inside every bundle as `verify.py`, so it
imports nothing of the program that wrote the bundle. Who does not trust the bundle runs a copy from elsewhere.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import struct
import sys
import zipfile
from collections.abc import Callable
from typing import IO, Any

MAX_MEMBERS, MAX_TOTAL, MAX_MEMBER, MAX_JSON, MAX_LINE = 20_000, 1 << 34, 1 << 31, 1 << 24, 1 << 22
FORMAT, GENESIS = 1, "cong-nhan/audit/1/"
CONTEXT = b"cong-nhan/audit-checkpoint/1\n"
DER_PREFIX = bytes.fromhex("302a300506032b6570032100")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
DAMAGE = (ValueError, KeyError, TypeError, AttributeError, RuntimeError, OverflowError, OSError, zipfile.BadZipFile)


class Refused(Exception):
    """The bundle cannot be read safely, so nothing in it is judged."""


class Result:
    """What was found: faults fail the check, notes do not."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.notes: list[str] = []
        self.events, self.key_id, self.signature_checked = 0, "", False


class Bundle:
    """Members with their sizes; refuses names that lead out of it and sizes that could exhaust the machine."""

    def __init__(self, sizes: dict[str, int], opener: Callable[[str], IO[bytes]]) -> None:
        self.sizes, self.open = sizes, opener
        if len(sizes) > MAX_MEMBERS or sum(sizes.values()) > MAX_TOTAL:
            raise Refused("too many or too large members")
        for name, size in sizes.items():
            if not NAME.fullmatch(name):
                raise Refused(f"member name {name!r} is not allowed")
            if size > (MAX_JSON if name.endswith(".json") else MAX_MEMBER):
                raise Refused(f"member {name!r} is too large")


def open_folder(root: str) -> Bundle:
    """Open an extracted bundle; refuses links and devices."""
    sizes: dict[str, int] = {}
    for base, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in folders + files:
            path = os.path.join(base, name)
            if os.path.islink(path) or not (os.path.isdir(path) or os.path.isfile(path)):
                raise Refused(f"{name!r} is a link or a device")
            if name in files and name not in (".DS_Store", "Thumbs.db", "desktop.ini"):
                sizes[os.path.relpath(path, root).replace(os.sep, "/")] = os.path.getsize(path)
    return Bundle(sizes, lambda name: open(os.path.join(root, *name.split("/")), "rb"))


def open_archive(path: str) -> Bundle:
    """Open a bundle as it was written: it only stores, so that no member can be larger than the file itself."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, struct.error, RuntimeError, ValueError) as fault:
        raise Refused(f"not a readable zip: {fault}") from None
    sizes: dict[str, int] = {}
    for info in archive.infolist():
        if info.filename in sizes:
            raise Refused(f"two members are named {info.filename!r}")
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size or info.flag_bits & 1:
            raise Refused(f"member {info.filename!r} is packed or encrypted; a bundle only stores")
        sizes[info.filename] = info.file_size
    if sum(sizes.values()) > os.path.getsize(path):
        raise Refused("the members overlap: together they are larger than the zip")
    return Bundle(sizes, archive.open)


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


def read_json(bundle: Bundle, name: str) -> Any:
    with bundle.open(name) as stream:
        return json.loads(stream.read(MAX_JSON).decode())


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
            result.faults.append(f"{name}: damaged ({fault})")
        actual[name] = digest.hexdigest()
    return actual


def check_manifest(bundle: Bundle, result: Result, actual: dict[str, str]) -> None:
    """Compare every member with the list; it finds accidents, for whoever changes a file can change the list."""
    listed = read_json(bundle, "manifest.json")["members"]
    for name in sorted({*listed, *actual} - {"manifest.json"}):
        if listed.get(name) != actual.get(name):
            what = "content changed" if name in listed else "not in the manifest"
            result.faults.append(f"{name!r}: {what if name in actual else 'missing'}")


def check_events(bundle: Bundle, result: Result, hashes: dict[int, str], named: dict[str, set[str]]) -> str:
    """Check each event and its link; fill in the hashes by number and the file hashes by key; return the stream."""
    stream, previous, last = "", "", 0
    with bundle.open("events.jsonl") as source:
        for place, line in enumerate(iter(lambda: source.readline(MAX_LINE), b""), 1):
            try:
                event = json.loads(line.decode())
                seq, recorded = event["seq"], event.pop("hash")
                content = sha256(canonical(event))
                exact = canonical(dict(event, hash=recorded)) + b"\n" == line
                ordinal = seq + 0 > last
            except DAMAGE as fault:
                result.faults.append(f"events.jsonl, line {place}: changed, not an event ({type(fault).__name__})")
                continue
            if not stream:
                stream, previous = str(event.get("stream")), sha256((GENESIS + str(event.get("stream"))).encode())
            where = f"{stream!r}, event {seq!r}"
            gather(event.get("payload"), "", named)
            if content != recorded or not exact or event.get("format") != FORMAT:
                result.faults.append(f"{where}: changed (content {content}, recorded {recorded!r})")
            if event.get("stream") != stream:
                result.faults.append(f"{where}: belongs to another stream, {event.get('stream')!r}")
            if not ordinal:
                result.faults.append(f"{where}: reordered or repeated, it comes after event {last}")
                continue
            if seq > last + 1:
                result.faults.append(f"{stream!r}, events {last + 1} to {seq - 1}: removed or reordered")
            elif event.get("prev_hash") != previous:
                result.faults.append(f"{where}: does not follow from the event before it")
            hashes[seq], previous, last = str(recorded), str(recorded), seq
    result.events = len(hashes)
    return stream


def gather(value: Any, key: str, named: dict[str, set[str]]) -> None:
    """Collect the file hashes that a payload names under keys that end in `sha256`."""
    if isinstance(value, dict):
        for inner, item in value.items():
            gather(item, inner if inner.endswith("sha256") else key, named)
    elif isinstance(value, list):
        for item in value:
            gather(item, key, named)
    elif key and isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value):
        named.setdefault(key, set()).add(value)


def check_files(actual: dict[str, str], named: dict[str, set[str]], result: Result) -> None:
    """Check that the chain itself names the content of each enclosed file."""
    known = set().union(*named.values())
    for name, digest in actual.items():
        folder, _, rest = name.partition("/")
        if folder not in ("evidence", "definition", "criteria") or name == "evidence/index.json":
            continue
        if folder == "evidence" and rest != digest:
            result.faults.append(f"{name}: content does not have this hash")
        if digest not in known:
            provable = folder == "evidence" or f"{folder}_sha256" in named
            (result.faults if provable else result.notes).append(f"{name}: no event names this content")
    absent = (named.get("sha256", set()) | named.get("evidence_sha256", set())).difference(actual.values())
    result.notes += [f"evidence {one}: named by an event, not enclosed" for one in sorted(absent)]


def check_proof(bundle: Bundle, result: Result, hashes: dict[int, str], stream: str) -> None:
    """Check that the checkpoint's tree contains a head of this stream, and that the events still contain that head."""
    checkpoint, proof = read_json(bundle, "checkpoint.json"), read_json(bundle, "proof.json")
    leaf, seq = {key: proof["leaf"][key] for key in ("stream", "seq", "hash")}, proof["leaf"]["seq"]
    if checkpoint["format"] != FORMAT or leaf["stream"] != stream or proof["size"] != checkpoint["streams"]:
        result.faults.append("proof.json: belongs to another stream or checkpoint")
    if seq not in hashes:
        result.faults.append(f"{stream!r}, event {seq!r}: cut off or removed, though the checkpoint covers it")
    elif hashes[seq] != leaf["hash"]:
        result.faults.append(f"{stream!r}, event {seq!r}: rewritten, the checkpoint covers another")
    if max(hashes, default=0) > seq:
        result.notes.append(f"events after {seq} are newer than the checkpoint: linked, not yet signed")
    node = hashlib.sha256(b"\0" + canonical(leaf)).digest()
    if root_of(node, proof["index"], proof["size"], proof["path"]).hex() != checkpoint["root"]:
        result.faults.append("proof.json: does not lead to the checkpoint's root")


def root_of(node: bytes, index: int, size: int, path: list[str]) -> bytes:
    """Follow an RFC 6962 inclusion proof from a hashed leaf; a path of the wrong length raises ValueError."""
    if not 0 <= index < size or bool(path) != (size > 1):
        raise ValueError("the path does not fit the tree")
    if size == 1:
        return node
    split = 1 << ((size - 1).bit_length() - 1)
    sibling, below = bytes.fromhex(path[-1]), path[:-1]
    if index < split:
        return hashlib.sha256(b"\1" + root_of(node, index, split, below) + sibling).digest()
    return hashlib.sha256(b"\1" + sibling + root_of(node, index - split, size - split, below)).digest()


def check_signature(bundle: Bundle, result: Result, trusted: str | None) -> None:
    """Check the key's id and, where `cryptography` is installed, the checkpoint's signature."""
    checkpoint = read_json(bundle, "checkpoint.json")
    signature = bytes.fromhex(checkpoint.pop("signature"))
    result.key_id = str(checkpoint["key_id"])
    if trusted and trusted != result.key_id:
        result.faults.append(f"checkpoint.json: signed with {result.key_id!r}, not with the key you trust")
    member = f"keys/{result.key_id}.pem"
    if member not in bundle.sizes:
        raise ValueError(f"{member!r} is missing")
    with bundle.open(member) as stream:
        lines = stream.read(10_000).splitlines()
    der = base64.b64decode(b"".join(line for line in lines if not line.startswith(b"-")))
    raw = der[len(DER_PREFIX) :]
    if not der.startswith(DER_PREFIX) or sha256(raw) != result.key_id:
        result.faults.append(f"{member}: is another key")
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return
    result.signature_checked = True
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, CONTEXT + canonical(checkpoint))
    except (InvalidSignature, ValueError):
        result.faults.append("checkpoint.json: the signature does not fit")


def check(path: str, trusted: str | None = None) -> Result:
    """Check a bundle and name every fault; raises Refused for one that is unsafe to read, OSError for none at all."""
    bundle = open_folder(path) if os.path.isdir(path) else open_archive(path)
    result = Result()
    hashes: dict[int, str] = {}
    named: dict[str, set[str]] = {}
    actual = hash_members(bundle, result)

    def attempt(step: Any, *arguments: Any) -> Any:
        try:
            return step(*arguments)
        except DAMAGE as fault:
            result.faults.append(f"{step.__name__}: damaged, {fault} ({type(fault).__name__})")

    attempt(check_manifest, bundle, result, actual)
    stream = attempt(check_events, bundle, result, hashes, named)
    attempt(check_files, actual, named, result)
    attempt(check_proof, bundle, result, hashes, stream)
    attempt(check_signature, bundle, result, trusted)
    return result


def main(arguments: list[str] | None = None) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(description="Check a case bundle / Kiểm tra gói hồ sơ")
    parser.add_argument("bundle", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--key-id", help="the id of the key you trust, from a source other than this bundle")
    options = parser.parse_args(arguments)
    try:
        result = check(options.bundle, options.key_id)
    except (Refused, OSError) as refusal:
        print(f"REFUSED / TỪ CHỐI: {refusal}")
        return 1
    if not result.signature_checked:
        result.notes.append("the signature was NOT checked, package cryptography is missing / CHƯA kiểm tra chữ ký số")
    if not options.key_id:
        result.notes.append(f"compare the key with the published one / đối chiếu khóa đã công bố: {result.key_id!r}")
    lines = [f"FAULT / LỖI: {fault}" for fault in result.faults] + [f"NOTE / LƯU Ý: {note}" for note in result.notes]
    print("\n".join(lines))
    print(f"{result.events} events / sự kiện: {'FAULTY / CÓ LỖI' if result.faults else 'OK / NGUYÊN VẸN'}")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
