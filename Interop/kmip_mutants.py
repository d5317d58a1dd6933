"""KMIP messages with damage in them, the same ones each time: in their structure, or in their bytes."""

import itertools
import random

from ttlv import Kind

HEAD = 8
REQUEST = bytes.fromhex("42007801")

# Lengths and numbers at which readers err.
NASTY = [0, 1, 3, 4, 7, 8, 9, 15, 16, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFF8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF8, 0xFFFFFFFF]
DEPTH = 90


class Node:
    """An item whose content may be anything; that of a structure is a list of nodes."""

    __slots__ = ("tag", "kind", "content")

    def __init__(self, tag, kind, content):
        self.tag = tag
        self.kind = kind
        self.content = content

    def copy(self):
        content = [inner.copy() for inner in self.content] if isinstance(self.content, list) else self.content
        return Node(self.tag, self.kind, content)

    def encoded(self):
        content = b"".join(inner.encoded() for inner in self.content) if isinstance(self.content, list) else self.content
        head = self.tag.to_bytes(3, "big") + bytes([self.kind]) + len(content).to_bytes(4, "big")
        return head + content + bytes(-len(content) % 8)


def parsed(data):
    """The node that these bytes are."""
    node, _ = _parsed(data, 0)
    return node


def _parsed(data, start):
    tag, kind = int.from_bytes(data[start : start + 3], "big"), data[start + 3]
    length = int.from_bytes(data[start + 4 : start + HEAD], "big")
    begin, end = start + HEAD, start + HEAD + length
    if kind != Kind.STRUCTURE:
        return Node(tag, kind, data[begin:end]), end + -length % 8
    inner = []
    while begin < end:
        node, begin = _parsed(data, begin)
        inner.append(node)
    return Node(tag, kind, inner), end


# Numbers in good form that arithmetic stumbles over, by the type of the item: signs, halves of a range, seconds that are too many when
# they are milliseconds.
LARGEST = 1 << 63
NUMBERS = {
    Kind.INTEGER: [0, -1, -8, 7, 8, 1 << 30, (1 << 31) - 8, (1 << 31) - 1, -(1 << 31), 8 - (1 << 31)],
    Kind.INTERVAL: [0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 1],
    Kind.LONG: [0, -1, LARGEST - 1, -LARGEST, 1 - LARGEST],
    Kind.TIME: [0, -1, 1 << 40, LARGEST - 1, LARGEST // 1000, LARGEST // 1000 + 1, -LARGEST, -LARGEST // 1000, -LARGEST // 1000 - 1],
}
NUMBERS[Kind.EXTENDED_TIME] = NUMBERS[Kind.TIME]


def numbered(message):
    """A good message with each number of its payloads changed in each of these ways, one at a time."""
    root = parsed(message)
    for place, node in enumerate(_below(root)):
        for number in NUMBERS.get(node.kind, ()):
            changed = root.copy()
            leaf = next(itertools.islice(_below(changed), place, None))
            width = len(leaf.content)
            leaf.content = (number % (1 << 8 * width)).to_bytes(width, "big")
            # What the header says is another suite's.
            if changed.content[0].encoded() == root.content[0].encoded():
                yield changed.encoded()


class Mutator:
    """Damages good messages, the same way each time it is made with the same seed and the same messages."""

    def __init__(self, seed, messages):
        self.random = random.Random(seed)
        self.roots = [parsed(message) for message in messages]
        self.pieces = [node for root in self.roots for node in _below(root)]
        self.tags = sorted({node.tag for node in self.pieces})
        self.alike = {}
        for node in self.pieces:
            for key in (("tag", node.tag, node.kind), ("kind", node.kind)):
                self.alike.setdefault(key, []).append(node)

    def framed(self):
        """A damaged message that is as long as it says, so that whatever follows it on a connection can be found."""
        root = self.random.choice(self.roots).copy()
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            self.random.choice(self.OF_STRUCTURE)(self, root)
        data = root.encoded()
        if self.random.random() < 0.1:
            data = self.random.choice(self.OF_BYTES)(self, data)
        rest = data[HEAD:]
        return REQUEST + len(rest).to_bytes(4, "big") + rest

    def unframed(self):
        """A message that is cut short, or lies about its own beginning."""
        data = bytearray(self.random.choice(self.roots).encoded())
        if self.random.random() < 0.5:
            return bytes(data[: self.random.randrange(len(data))])
        data[self.random.randrange(HEAD)] ^= 1 << self.random.randrange(8)
        return bytes(data)

    # Damage to the structure

    def _structure(self, root):
        """Some structure of the message that isn't empty."""
        found = [node for node in _below(root) if isinstance(node.content, list) and node.content]
        return self.random.choice(found) if found else None

    def _leaf(self, root):
        found = [node for node in _below(root) if not isinstance(node.content, list)]
        return self.random.choice(found) if found else None

    def drop(self, root):
        if parent := self._structure(root):
            del parent.content[self.random.randrange(len(parent.content))]

    def repeat(self, root):
        if parent := self._structure(root):
            place = self.random.randrange(len(parent.content))
            for _ in range(self.random.choice((1, 1, 2, 50))):
                parent.content.insert(place, parent.content[place].copy())

    def shuffle(self, root):
        if parent := self._structure(root):
            self.random.shuffle(parent.content)

    def transplant(self, root):
        if parent := self._structure(root):
            parent.content[self.random.randrange(len(parent.content))] = self.random.choice(self.pieces).copy()

    def graft(self, root):
        if parent := self._structure(root):
            place = self.random.randrange(len(parent.content) + 1)
            parent.content.insert(place, self.random.choice(self.pieces).copy())

    def rename(self, root):
        if parent := self._structure(root):
            node = self.random.choice(parent.content)
            other = self.random.choice((0, 0xFFFFFF, 0x540001, 0x420000, 0x4201FF, self.random.randrange(1 << 24)))
            node.tag = other if self.random.random() < 0.3 else self.random.choice(self.tags)

    def retype(self, root):
        if node := self._leaf(root):
            node.kind = self.random.choice((*range(13), 0x7F, 0xFF))

    def hollow(self, root):
        """A structure that says it is something else, or a value that says it is a structure."""
        if parent := self._structure(root):
            node = self.random.choice(parent.content)
            if isinstance(node.content, list):
                node.kind = self.random.choice((Kind.TEXT, Kind.BYTES, Kind.INTEGER))
            else:
                node.kind = Kind.STRUCTURE

    def nest(self, root):
        if parent := self._structure(root):
            place = self.random.randrange(len(parent.content))
            node = parent.content[place]
            for _ in range(self.random.choice((1, 2, 10, DEPTH))):
                node = Node(node.tag, Kind.STRUCTURE, [node])
            parent.content[place] = node

    def set(self, root):
        if node := self._leaf(root):
            number = self.random.choice((*NASTY, self.random.randrange(1 << 32)))
            width = self.random.choice((4, 8, len(node.content)))
            node.content = (number << self.random.choice((0, 0, 32))).to_bytes(16, "big")[-width:] if width else b""

    def flip(self, root):
        if (node := self._leaf(root)) and node.content:
            place = self.random.randrange(len(node.content))
            changed = node.content[place] ^ 1 << self.random.randrange(8)
            node.content = node.content[:place] + bytes([changed]) + node.content[place + 1 :]

    def resize(self, root):
        if node := self._leaf(root):
            node.content = self.random.choice(
                (b"", node.content[:-1], node.content + b"\0", node.content * 2, node.content * 100, b"\xff" * 5, b"\xc3\x28")
            )

    def exchange(self, root):
        """A value gets that of another item of its name or its type: such a message is often in good form."""
        if node := self._leaf(root):
            key = ("kind", node.kind) if self.random.random() < 0.2 else ("tag", node.tag, node.kind)
            other = self.random.choice(self.alike.get(key, [node]))
            node.content = other.content if not isinstance(other.content, list) else node.content

    # Most changes are to values, because a structure that isn't in good form gets no further than the reader.
    OF_STRUCTURE = (drop, repeat, shuffle, transplant, graft, rename, retype, hollow, nest, resize) + 3 * (set, flip, exchange, exchange)

    # Damage to the bytes

    def any_bit(self, data):
        place = self.random.randrange(HEAD, len(data)) if len(data) > HEAD else 0
        return data[:place] + bytes([data[place] ^ 1 << self.random.randrange(8)]) + data[place + 1 :]

    def length(self, data):
        """Some eight bytes get another second half, which is where lengths are."""
        place = self.random.randrange(HEAD, max(HEAD + 1, len(data) - HEAD + 1)) // HEAD * HEAD + 4
        return data[:place] + self.random.choice(NASTY).to_bytes(4, "big") + data[place + 4 :]

    def cut(self, data):
        return data[: self.random.randrange(HEAD, len(data) + 1)]

    def padding(self, data):
        return data + self.random.randbytes(self.random.choice((1, 7, 8, 64)))

    OF_BYTES = (any_bit, length, length, cut, padding)


def _below(root):
    """The node and every one below it."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node.content, list):
            waiting.extend(node.content)
