"""Verification of Ed25519 signatures (RFC 8032, 5.1) with nothing but Python, for the stand-alone verifier.

A part of it: standard library only, Python 3.8, see `verifier_source`. It is slow and plain; nothing in it is secret, so it need not take
the same time for every input. It judges as OpenSSL does: without the cofactor, on the exact bytes of R, with S below the order.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Point = tuple[int, int, int, int]

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
"""The field's prime, the order of the base point, the curve's constant. A point is (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z."""


def plus(one: Point, other: Point) -> Point:
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    """The point added to itself that many times."""
    total: Point = (0, 1, 1, 0)
    while number:
        total = plus(total, point) if number & 1 else total
        point, number = plus(point, point), number >> 1
    return total


def unpacked(data: bytes) -> Point:
    """The point that 32 bytes stand for; raises ValueError where they stand for none."""
    y, sign = int.from_bytes(data, "little") & ((1 << 255) - 1), data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature over the message is this key's."""
    number = int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or number >= ORDER:
        return False
    try:
        base, (x, y, z, t) = unpacked((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")), unpacked(key)
    except ValueError:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    point = plus(times(number, base), times(challenge, (P - x, y, z, P - t)))
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]
