"""SM3 (GB/T 32905-2016), in plain Python: whether hashlib has it depends on the build."""

from __future__ import annotations

_MASK = 0xFFFFFFFF
_INITIAL = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)


def _rotate(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & _MASK


# T_j <<< j of §5.3.3, for each of the 64 rounds (§4.2).
_CONSTANTS = tuple(_rotate(0x79CC4519 if j < 16 else 0x7A879D8A, j) for j in range(64))


def sm3(message: bytes) -> bytes:
    """The 32-byte digest of `message` (§5)."""
    padding = b"\x80" + bytes((55 - len(message)) % 64) + (8 * len(message)).to_bytes(8, "big")
    padded = message + padding
    state: tuple[int, ...] = _INITIAL
    for start in range(0, len(padded), 64):
        state = _compress(state, padded[start : start + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def _expand(block: bytes) -> list[int]:
    """The 68 words W of §5.3.2."""
    words = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for j in range(16, 68):
        x = words[j - 16] ^ words[j - 9] ^ _rotate(words[j - 3], 15)
        p1 = x ^ _rotate(x, 15) ^ _rotate(x, 23)
        words.append(p1 ^ _rotate(words[j - 13], 7) ^ words[j - 6])
    return words


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """The compression function CF of §5.3.3."""
    words = _expand(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        a12 = _rotate(a, 12)
        ss1 = _rotate((a12 + e + _CONSTANTS[j]) & _MASK, 7)
        if j < 16:
            ff, gg = a ^ b ^ c, e ^ f ^ g
        else:
            ff, gg = (a & b) | (a & c) | (b & c), (e & f) | (~e & g)
        tt1 = (ff + d + (ss1 ^ a12) + (words[j] ^ words[j + 4])) & _MASK
        tt2 = (gg + h + ss1 + words[j]) & _MASK
        a, b, c, d = tt1, a, _rotate(b, 9), c
        e, f, g, h = tt2 ^ _rotate(tt2, 9) ^ _rotate(tt2, 17), e, _rotate(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h)))
