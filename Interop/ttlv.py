"""KMIP's binary form, for suites that say what a client library wouldn't. The tables of names are PyKMIP's.

Names of tags are written as the specification's XML has them (`UniqueIdentifier`), or as numbers where no table has them."""

import dataclasses
import enum
import struct

from kmip.core.enums import Tags, Types


class Kind(enum.IntEnum):
    STRUCTURE = Types.STRUCTURE.value
    INTEGER = Types.INTEGER.value
    LONG = Types.LONG_INTEGER.value
    BIG = Types.BIG_INTEGER.value
    ENUMERATION = Types.ENUMERATION.value
    BOOLEAN = Types.BOOLEAN.value
    TEXT = Types.TEXT_STRING.value
    BYTES = Types.BYTE_STRING.value
    TIME = Types.DATE_TIME.value
    INTERVAL = Types.INTERVAL.value
    EXTENDED_TIME = 11


class Long(int):
    """A Long Integer."""


class Time(int):
    """A Date-Time: seconds since 1970."""


class Interval(int):
    """Seconds."""


class Code(int):
    """A value of an enumeration that no table here has."""


class Big(bytes):
    """A Big Integer, sign-extended to a multiple of eight bytes."""


_PACKED = {
    Kind.INTEGER: ">i",
    Kind.LONG: ">q",
    Kind.ENUMERATION: ">I",
    Kind.BOOLEAN: ">Q",
    Kind.TIME: ">q",
    Kind.INTERVAL: ">I",
    Kind.EXTENDED_TIME: ">q",
}


def _plain(name):
    return name.replace("_", "").replace(" ", "").lower()


# Tags of KMIP 2.1, which PyKMIP has not.
NEWEST_TAGS = {
    "Object Groups": 0x420166,
    "Object Types": 0x420167,
    "Constraints": 0x420168,
    "Constraint": 0x420169,
    "Rotate Interval": 0x42016A,
    "Rotate Automatic": 0x42016B,
    "Rotate Offset": 0x42016C,
    "Rotate Date": 0x42016D,
    "Rotate Generation": 0x42016E,
    "Rotate Name": 0x42016F,
    "Rotate Name Value": 0x420170,
    "Rotate Name Type": 0x420171,
    "Rotate Latest": 0x420172,
}

_CODES = {_plain(tag.name): tag.value for tag in Tags} | {_plain(name): tag for name, tag in NEWEST_TAGS.items()}
_NAMES = {tag.value: "".join(part.capitalize() for part in tag.name.split("_")) for tag in Tags} | {
    tag: name.replace(" ", "") for name, tag in NEWEST_TAGS.items()
}


def tag_of(name):
    return name if isinstance(name, int) else _CODES[_plain(name)]


@dataclasses.dataclass(frozen=True)
class Item:
    """One item; the value of a structure is a tuple of items."""

    tag: int
    kind: int
    value: object

    def __getitem__(self, name):
        """The first item of that name in a structure."""
        found = self.all(name)
        assert found, f"no {name} in {self}"
        return found[0]

    def all(self, name):
        tag = tag_of(name)
        return [item for item in self.value if item.tag == tag]

    def has(self, name):
        return bool(self.all(name))

    def value_of(self, *names):
        """The value at the end of a path of names; None where the path ends early."""
        item = self
        for name in names:
            if not item.has(name):
                return None
            item = item[name]
        return item.value

    def walk(self):
        """It and every item below it, with the items above each."""
        yield from self._walk(())

    def _walk(self, above):
        yield self, above
        if self.kind == Kind.STRUCTURE:
            for inner in self.value:
                yield from inner._walk((*above, self))

    @property
    def name(self):
        return _NAMES.get(self.tag, f"0x{self.tag:06x}")

    def __str__(self):
        if self.kind == Kind.STRUCTURE:
            return f"{self.name}({', '.join(map(str, self.value))})"
        return f"{self.name}={self.value!r}"


def item(name, value):
    """An item whose type follows from the value's: a list is a structure, a member of an enumeration is one."""
    return Item(tag_of(name), _kind_of(value), tuple(value) if isinstance(value, (list, tuple)) else value)


def _kind_of(value):
    by_type = {
        list: Kind.STRUCTURE,
        tuple: Kind.STRUCTURE,
        bool: Kind.BOOLEAN,
        str: Kind.TEXT,
        Long: Kind.LONG,
        Time: Kind.TIME,
        Interval: Kind.INTERVAL,
        Code: Kind.ENUMERATION,
        Big: Kind.BIG,
        bytes: Kind.BYTES,
        int: Kind.INTEGER,
    }
    return Kind.ENUMERATION if isinstance(value, enum.Enum) else by_type[type(value)]


def encode(item):
    content = _content(item)
    head = item.tag.to_bytes(3, "big") + bytes([item.kind]) + len(content).to_bytes(4, "big")
    return head + content + bytes(-len(content) % 8)


def _content(item):
    if item.kind == Kind.STRUCTURE:
        return b"".join(map(encode, item.value))
    if item.kind == Kind.TEXT:
        return item.value.encode()
    if item.kind in (Kind.BYTES, Kind.BIG):
        return bytes(item.value)
    value = item.value.value if isinstance(item.value, enum.Enum) else item.value
    return struct.pack(_PACKED[item.kind], value)


def decode(data):
    """The one item that these bytes are; strict about lengths and padding."""
    item, end = _decode(data, 0)
    assert end == len(data), f"{len(data) - end} bytes behind the message"
    return item


def _decode(data, start):
    tag = int.from_bytes(data[start : start + 3], "big")
    kind = data[start + 3]
    length = int.from_bytes(data[start + 4 : start + 8], "big")
    begin, end = start + 8, start + 8 + length
    padded = end + -length % 8
    assert padded <= len(data), f"a length of {length} in tag {tag:06x} goes beyond the message"
    assert not any(data[end:padded]), f"padding of tag {tag:06x} isn't zero"
    return Item(tag, kind, _value(data, kind, begin, end)), padded


def _value(data, kind, begin, end):
    if kind == Kind.STRUCTURE:
        return tuple(_items(data, begin, end))
    content = bytes(data[begin:end])
    if kind == Kind.TEXT:
        return content.decode()
    if kind in (Kind.BYTES, Kind.BIG):
        return content
    (value,) = struct.unpack(_PACKED[kind], content)
    return bool(value) if kind == Kind.BOOLEAN else value


def _items(data, begin, end):
    while begin < end:
        inner, begin = _decode(data, begin)
        yield inner
    assert begin == end, "an item goes beyond its structure"
