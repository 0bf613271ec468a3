"""The text of `README.txt` in a case bundle."""

README = """\
GÓI HỒ SƠ KIỂM CHỨNG

Gói này chứa toàn bộ nhật ký của một hồ sơ và những gì cần để tự kiểm tra rằng nhật ký không bị sửa, xóa, đảo thứ tự hay cắt bớt.

  events.jsonl      mỗi dòng một sự kiện: ai, khi nào, với vai trò nào, đã làm gì; mỗi sự kiện mang mã băm của sự kiện trước
  definition/       quy trình (phiên bản) mà hồ sơ đã chạy theo
  criteria/         bộ tiêu chí
  evidence/         minh chứng, tên tệp là mã băm SHA-256; tên gốc ở evidence/index.json
  checkpoint.json   điểm kiểm soát có chữ ký số Ed25519, bao trùm mọi chuỗi sự kiện vào một thời điểm
  proof.json        bằng chứng rằng hồ sơ này nằm trong điểm kiểm soát đó
  keys/             khóa công khai
  case.json         tóm tắt để đọc; không phải bằng chứng
  manifest.json     mã băm của mọi tệp trong gói
  verify.py         chương trình kiểm tra, chỉ cần Python 3.8 trở lên

Cách kiểm tra:  python3 verify.py        (trong thư mục đã giải nén)
hoặc:           python3 verify.py GÓI.zip --key-id MÃ_KHÓA

Kết quả 0: nguyên vẹn. Kết quả 1: có lỗi, từng lỗi được nêu tên. Muốn kiểm tra cả chữ ký số cần có gói `cryptography` của Python;
nếu không có, chương trình nói rõ là chưa kiểm tra chữ ký.

Khóa nằm trong gói không tự chứng minh cho chính nó: hãy đối chiếu mã khóa với mã mà cơ quan đã công bố, và nếu nghi ngờ gói này
thì dùng bản verify.py lấy từ nơi khác.


CASE BUNDLE FOR VERIFICATION

This bundle holds the whole record of one case and what is needed to check, without the program that wrote it, that nothing in the
record was changed, removed, reordered or cut off.

  events.jsonl      one event a line: who, when, in which role, did what; each event carries the hash of the one before
  definition/       the process definition that the case ran on
  criteria/         the criteria set
  evidence/         evidence files, named by their SHA-256; their own names stand in evidence/index.json
  checkpoint.json   a checkpoint signed with Ed25519 that covers all streams of events at one instant
  proof.json        the proof that this case is part of that checkpoint
  keys/             public keys
  case.json         a summary for reading; it proves nothing
  manifest.json     the hash of every file in the bundle
  verify.py         the verifier; Python 3.8 or later is all it needs

To check:  python3 verify.py        (in the extracted folder)
or:        python3 verify.py BUNDLE.zip --key-id KEY_ID

Exit code 0: everything holds. Exit code 1: there are faults, each of them named. The signature check needs Python's `cryptography`
package; without it the verifier says plainly that the signature was not checked.

A key inside the bundle cannot vouch for itself: compare its id with the one that the organisation publishes, and if you doubt this
bundle, use a copy of verify.py from elsewhere.
"""
