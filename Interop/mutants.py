"""Requests with damage in them, the same ones each time."""

import random


class Mutator:
    """Changes requests, the same way each time it is made with the same seed."""

    NASTY = [
        b"\x00", b"\xff", b"\r\n", b"\n", b" ", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\\ud800", b"null", b"true",
        b"-1", b"1e999", b"9" * 40, b":", b",", b"%00", b"%", b"=", b"&", b"?", b"../", b"\xf0\x9f\x92\xa9", b"A" * 3000,
    ]  # fmt: skip

    def __init__(self, seed):
        self.random = random.Random(seed)

    def mutate(self, data):
        for _ in range(self.random.choice((1, 1, 1, 2, 3, 8))):
            data = self.random.choice((self.flip, self.cut, self.drop, self.repeat, self.insert, self.swap))(data)
        return data

    def position(self, data):
        return self.random.randrange(len(data) + 1)

    def flip(self, data):
        if not data:
            return data
        at = self.random.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << self.random.randrange(8)]) + data[at + 1 :]

    def cut(self, data):
        return data[: self.position(data)]

    def drop(self, data):
        start = self.position(data)
        return data[:start] + data[start + self.random.randrange(1, 9) :]

    def repeat(self, data):
        start = self.position(data)
        end = min(len(data), start + self.random.randrange(1, 64))
        return data[:end] + data[start:end] + data[end:]

    def insert(self, data):
        at = self.position(data)
        return data[:at] + self.random.choice(self.NASTY) + data[at:]

    def swap(self, data):
        one, other = sorted((self.position(data), self.position(data)))
        middle = (one + other) // 2
        return data[:one] + data[middle:other] + data[one:middle] + data[other:]
