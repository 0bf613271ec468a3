"""What a stored file looks like, found out in a process of its own: `python -m workflow.outside.drawing`.

Standard input is the file. Standard output is one line of JSON, then a picture; for an office file the line holds its outline.
What goes wrong is a word in that line; what ends the process is noticed by `workflow.outside.renderer`.
"""

import json
import sys
from io import BytesIO
from typing import Any

from workflow.outside.wall import put_up

MOST_PAGES = 300
"""Of one file; who wants more opens the original."""
TALLEST = 4
"""How many times as high as wide a picture may be."""
MOST_PIXELS = 128_000_000
"""Twice as many are refused unread."""
_LIGHT = 256 * 1024
"""A page with text is sharper and smaller as PNG, a scanned one is not."""
_QUALITY = 82


def pdf(content: bytes, page: int, width: int) -> tuple[dict[str, Any], bytes]:
    """One page of a PDF as a picture that is `width` wide. Scripts in it are not run: this PDFium has no engine for them."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return {"trouble": "locked" if "password" in str(error).lower() else "damaged"}, b""
    pages = len(document)
    if not 1 <= page <= min(pages, MOST_PAGES):
        return {"pages": pages} if pages else {"trouble": "damaged"}, b""
    if document.get_formtype():
        document.init_forms()
    drawn = document[page - 1]
    across, down = (max(side, 1.0) for side in drawn.get_size())
    scale = min(width / across, TALLEST * width / down)
    return {"pages": pages}, _packed(drawn.render(scale=scale).to_pil())


def picture(content: bytes, width: int, kind: str) -> tuple[dict[str, Any], bytes]:
    """A photo, upright and no wider than `width`."""
    from PIL import Image, ImageFile, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    if kind == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)  # a thread takes much address space
    with Image.open(BytesIO(content), formats=(kind,)) as image:
        image.draft("RGB", (width, width))
        image.thumbnail((TALLEST * width, TALLEST * width), reducing_gap=2)
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((width, TALLEST * width))
        return {"pages": 1}, _packed(upright, photo=kind != "PNG")


def _packed(image: Any, *, photo: bool = False) -> bytes:
    from PIL import Image

    if image.mode not in ("RGB", "L"):
        seen = image.convert("RGBA")
        image = Image.new("RGB", seen.size, "white")
        image.paste(seen, mask=seen.getchannel("A"))
    for form, choices in (("PNG", {"compress_level": 6}), ("JPEG", {"quality": _QUALITY}))[photo:]:
        target = BytesIO()
        image.save(target, form, **choices)
        if target.tell() <= _LIGHT:
            break
    return target.getvalue()


def draw(media_type: str, content: bytes, page: int, width: int) -> tuple[dict[str, Any], bytes]:
    """The file's page, its picture, or its outline."""
    if media_type == "application/pdf":
        return pdf(content, page, width)
    if media_type in PICTURES:
        return picture(content, width, PICTURES[media_type])
    from workflow.outside.outline import outline

    blocks, cut = outline(media_type, content)
    return {"pages": 1, "blocks": blocks, "cut": cut}, b""


PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/heic": "HEIF", "image/heif": "HEIF"}


def main() -> None:
    """The child: put up the walls, draw what standard input holds, say what came of it."""
    memory, seconds, written = (int(one) for one in sys.argv[1:4])
    media_type, page, width = sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
    put_up(memory, seconds, written=written)
    try:
        head, body = draw(media_type, sys.stdin.buffer.read(), page, width)
    except MemoryError:
        head, body = {"trouble": "costly"}, b""
    except Exception as error:
        print(type(error).__name__, str(error)[:500], file=sys.stderr)
        costly = type(error).__name__ == "DecompressionBombError"
        head, body = {"trouble": "costly" if costly else "damaged"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
