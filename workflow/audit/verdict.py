"""What the stand-alone verifier says, in both languages. A part of it: standard library only, Python 3.8, see `verifier_source`."""

from __future__ import annotations

WORDS = {
    "damaged": ("{0}: damaged, {1}", "{0}: hư hỏng, {1}"),
    "content": ("{0!r}: content changed", "{0!r}: nội dung đã bị đổi"),
    "extra": ("{0!r}: not in the manifest", "{0!r}: không có trong danh mục đã ký"),
    "missing": ("{0!r}: missing", "{0!r}: bị thiếu"),
    "twice": ("{0!r}: listed twice", "{0!r}: được liệt kê hai lần"),
    "no-event": ("events.jsonl, line {0}: changed, not an event ({1})", "events.jsonl, dòng {0}: đã bị đổi, không phải sự kiện ({1})"),
    "event": ("{0}: changed (content {1}, recorded {2!r})", "{0}: đã bị đổi (nội dung {1}, ghi nhận {2!r})"),
    "repeated": ("{0}: reordered or repeated, it comes after event {1}", "{0}: sai thứ tự hoặc lặp lại, đứng sau sự kiện {1}"),
    "foreign": ("{0!r}: its events stand in two places", "{0!r}: sự kiện nằm ở hai chỗ"),
    "gap": ("{0!r}, events {1} to {2}: removed or reordered", "{0!r}, sự kiện {1} đến {2}: bị xóa hoặc đổi thứ tự"),
    "link": ("{0}: does not follow from the event before it", "{0}: không nối tiếp sự kiện đứng trước"),
    "own-hash": ("{0}: content does not have this hash", "{0}: nội dung không có mã băm này"),
    "unnamed": ("{0}: no event names this content", "{0}: không sự kiện nào nêu nội dung này"),
    "index": ("evidence/index.json: {0!r} differs from the events", "evidence/index.json: {0!r} khác với các sự kiện"),
    "summary": ("{0}, {1}: says {2!r}, the events say {3!r}", "{0}, {1}: ghi {2!r}, các sự kiện ghi {3!r}"),
    "other-proof": ("proof.json: belongs to another stream or checkpoint", "proof.json: thuộc chuỗi hoặc điểm chốt khác"),
    "cut": ("{0!r}, event {1!r}: cut off or removed, though the checkpoint covers it", "{0!r}, sự kiện {1!r}: bị cắt hoặc xóa dù điểm chốt bao trùm"),
    "rewritten": ("{0!r}, event {1!r}: rewritten, the checkpoint covers another", "{0!r}, sự kiện {1!r}: bị viết lại, điểm chốt bao trùm sự kiện khác"),
    "root": ("proof.json: does not lead to the checkpoint's root", "proof.json: không dẫn tới gốc của điểm chốt"),
    "signer": ("{0}: signed with {1!r}, not with the key you trust", "{0}: ký bằng khóa {1!r}, không phải khóa tin cậy"),
    "key": ("{0}: is another key", "{0}: là khóa khác"),
    "signature": ("{0}: the signature does not fit", "{0}: chữ ký không khớp"),
    "no-key": ("no key was given (--key-id), so who signed is not proved; compare with the published id: {0!r}", "chưa nêu khóa tin cậy (--key-id) nên chưa chứng minh được ai đã ký; hãy đối chiếu với mã khóa đã công bố: {0!r}"),
    "old": ("an earlier version wrote this bundle without a signed manifest: its list of files, index, summary and README are not proved", "gói do phiên bản cũ lập, không có danh mục ký số: danh sách tệp, mục lục, bản tóm tắt và README chưa được chứng minh"),
    "unknown": ("format {0!r} of the manifest is not known to this verifier; take a newer one", "chương trình này không biết định dạng {0!r} của danh mục; hãy dùng bản mới hơn"),
    "newer": ("{0!r}: events after {1} are newer than the checkpoint: linked, not yet signed", "{0!r}: các sự kiện sau {1} mới hơn điểm chốt: đã nối chuỗi, chưa được ký"),
    "newer-signed": ("{0!r}: events after {1} are newer than the checkpoint; the signed manifest alone proves them", "{0!r}: các sự kiện sau {1} mới hơn điểm chốt; chỉ danh mục đã ký chứng minh"),
    "absent": ("{0} {1}: named by an event, not enclosed", "{0} {1}: sự kiện có nêu nhưng không kèm theo"),
    "unnamed-note": ("{0}: no event names this content; only the manifest lists it", "{0}: không sự kiện nào nêu nội dung này; chỉ có trong danh mục"),
    "withheld": ("{0}: its content is withheld until its round is closed; only its place is proved", "{0}: nội dung chưa công khai cho đến khi vòng kết thúc; chỉ chứng minh được vị trí"),
    "proved": ("written at {0!r}; the manifest, signed with key {1!r}, proves its {2} files", "lập lúc {0!r}; danh mục ký bằng khóa {1!r} chứng minh {2} tệp của gói"),
    "w-key": ("a key occurs twice", "một khóa xuất hiện hai lần"),
    "w-large": ("a number is too large", "có số quá lớn"),
    "w-whole": ("{0} is no whole number", "{0} không phải số nguyên"),
    "w-signature": ("this is no signature", "đây không phải chữ ký số"),
    "w-path": ("the path does not fit the tree", "đường dẫn không khớp với cây băm"),
    "w-absent": ("{0!r} is missing", "thiếu {0!r}"),
    "w-other": ("it cannot be read as it should be ({0})", "không đọc được đúng quy cách ({0})"),
    "w-summary": ("the summary", "bản tóm tắt"),
    "r-many": ("too many or too large members", "quá nhiều tệp hoặc tệp quá lớn"),
    "r-name": ("member name {0!r} is not allowed", "tên tệp {0!r} không được phép"),
    "r-large": ("member {0!r} is too large", "tệp {0!r} quá lớn"),
    "r-case": ("two members are named {0!r} but for the case of letters", "hai tệp trùng tên {0!r}, chỉ khác chữ hoa chữ thường"),
    "r-below": ("member {0!r} lies below a file", "tệp {0!r} nằm dưới một tệp khác"),
    "r-link": ("{0!r} is a link or a device", "{0!r} là liên kết hoặc thiết bị"),
    "r-none": ("there is no such file", "không có tệp này"),
    "r-zip": ("not a readable zip: {0}", "không phải tệp zip đọc được: {0}"),
    "r-twice": ("two members are named {0!r}", "hai tệp cùng tên {0!r}"),
    "r-packed": ("member {0!r} is packed or encrypted; a bundle only stores", "tệp {0!r} bị nén hoặc mã hóa; gói chỉ lưu nguyên"),
    "r-overlap": ("the members overlap: together they are larger than the zip", "các tệp chồng lên nhau: cộng lại lớn hơn tệp zip"),
    "r-before": ("something is hidden before member {0!r}", "có dữ liệu giấu trước tệp {0!r}"),
    "r-after": ("something is hidden after the members", "có dữ liệu giấu sau các tệp"),
}  # fmt: skip


class Said(str):
    """A sentence in English that knows its Vietnamese twin."""

    vi = ""

    def __new__(cls, key: str, *values: object) -> Said:
        en, vi = WORDS[key]
        said = super().__new__(cls, en.format(*values))
        said.vi = vi.format(*(getattr(value, "vi", value) for value in values))
        return said


class Wrong(ValueError):
    """Something is not as it is written."""

    def __init__(self, key: str, *values: object) -> None:
        self.said = Said(key, *values)
        super().__init__(self.said)
        self.vi = self.said.vi


class Refused(Wrong):
    """The bundle cannot be read safely, so nothing in it is judged."""


class Result:
    """What was found: faults exit with 1, gaps (what is not proved) with 3, notes change nothing."""

    def __init__(self) -> None:
        self.faults: list[Said] = []
        self.gaps: list[Said] = []
        self.notes: list[Said] = []
        self.events, self.kind, self.key_id, self.manifest_signed = 0, "", "", False

    @property
    def code(self) -> int:
        return 1 if self.faults else 3 if self.gaps else 0

    def fault(self, key: str, *values: object) -> None:
        self.faults.append(Said(key, *values))

    def damage(self, where: object, fault: Exception) -> None:
        said = fault.said if isinstance(fault, Wrong) else Said("w-other", type(fault).__name__)
        self.fault("damaged", where, said)

    def gap(self, key: str, *values: object) -> None:
        self.gaps.append(Said(key, *values))


VERDICTS = {0: "OK / NGUYÊN VẸN", 1: "FAULTY / CÓ LỖI", 3: "NOT ALL IS PROVED / CHƯA CHỨNG MINH HẾT"}
