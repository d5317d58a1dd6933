"""Which names a version of KMIP has, and what in an answer goes beyond its client's version."""

import re

from kmip_vectors import registry
from ttlv import NEWEST_TAGS, Kind

VERSIONS = [(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (2, 0), (2, 1)]

# The first version that has each attribute (the table of attributes of each specification). Many are older as tags.
_ATTRIBUTES = {
    (1, 0): (
        "Unique Identifier, Name, Object Type, Cryptographic Algorithm, Cryptographic Length, Cryptographic Parameters, "
        "Cryptographic Domain Parameters, Certificate Type, Certificate Identifier, Certificate Subject, Certificate Issuer, "
        "Digest, Operation Policy Name, Cryptographic Usage Mask, Lease Time, Usage Limits, State, Initial Date, "
        "Activation Date, Process Start Date, Protect Stop Date, Deactivation Date, Destroy Date, "
        "Compromise Occurrence Date, Compromise Date, Revocation Reason, Archive Date, Object Group, Link, "
        "Application Specific Information, Contact Information, Last Change Date"
    ),
    (1, 1): (
        "Certificate Length, X.509 Certificate Identifier, X.509 Certificate Subject, X.509 Certificate Issuer, "
        "Digital Signature Algorithm, Fresh"
    ),
    (1, 2): "Alternative Name, Key Value Present, Key Value Location, Original Creation Date",
    (1, 3): "Random Number Generator",
    (1, 4): "PKCS#12 Friendly Name, Description, Comment, Sensitive, Always Sensitive, Extractable, Never Extractable",
    (2, 0): (
        "Attribute, Certificate Attributes, Key Format Type, NIST Key Type, Opaque Data Type, Protection Level, "
        "Protection Period, Protection Storage Mask, Quantum Safe, Short Unique Identifier"
    ),
    (2, 1): (
        "Rotate Automatic, Rotate Date, Rotate Generation, Rotate Interval, Rotate Latest, Rotate Name, Rotate Offset"
    ),
}
_GONE_IN_2 = {"Certificate Identifier", "Certificate Issuer", "Certificate Subject", "Operation Policy Name"}
_TAGS_GONE_IN_2 = {
    "Attribute Index", "Template", "Template-Attribute", "Common Template-Attribute", "Private Key Template-Attribute",
    "Public Key Template-Attribute",
}  # fmt: skip
_SINCE = {name: version for version, names in _ATTRIBUTES.items() for name in names.split(", ")}

# Structures whose items are attributes by their tags.
_OF_ATTRIBUTES = {"Attributes", "Common Attributes", "Private Key Attributes", "Public Key Attributes"}
# Enumerations under another name than their tag's, some of which changed theirs.
_TABLES = {
    "Mask Generator Hashing Algorithm": ["Hashing Algorithm"],
    "Recommended Curve": ["Recommended Curve", "Recommended Curve Enumeration for ECDSA, ECDH, and ECMQV"],
}
# What a certificate says is an attribute for each part of a name.
_PARTS_OF_CERTIFICATES = re.compile(r"Certificate (Subject|Issuer) (CN|O|OU|Email|C|ST|L|UID|Serial Number|Title|DC|DN Qualifier)")
# Their values are tags.
_TAG_VALUES = {"Attribute Reference", "Tag"}
_MASKS = {"Cryptographic Usage Mask", "Protection Storage Mask", "Storage Status Mask"}
_EXTENSION = 0x80000000


class Names:
    """The registry, asked about versions."""

    def __init__(self):
        table = registry()
        self.tags = {int(code, 16): name for code, name in table["tags"].items()}
        self.since = {int(code, 16): _numbers(version) for code, version in table["tag_since"].items()}
        self.values = {
            name: {int(code, 16): _numbers(version) for code, version in codes.items()}
            for name, codes in table["enum_since"].items()
        }
        self.codes = {name: code for code, name in self.tags.items()}
        for name, code in NEWEST_TAGS.items():
            self.tags[code], self.since[code] = name, (2, 1)

    def beyond(self, answer, version):
        """What stands in an answer that the version lacks, in words."""
        found = []
        for item, above in answer.walk():
            found += self._tag(item, version)
            found += self._attribute(item, above, version)
            name = self._meaning(item, above)
            if item.kind == Kind.ENUMERATION:
                found += self._value(name, item.value, version)
            if name in _MASKS and item.kind == Kind.INTEGER:
                bits = [1 << place for place in range(32) if item.value >> place & 1]
                found += [fault for bit in bits for fault in self._value(name, bit, version)]
        return found

    def _tag(self, item, version):
        name = self.tags.get(item.tag)
        if name is None:
            return [] if item.tag >> 16 == 0x54 else [f"tag {item.tag:06x}"]
        if self.since[item.tag] > version or (version >= (2, 0) and name in _TAGS_GONE_IN_2):
            return [f"tag {name}"]
        return []

    def _attribute(self, item, above, version):
        name = self.tags.get(item.tag)
        parent = self.tags.get(above[-1].tag) if above else None
        if name == "Attribute Name" and version < (2, 0):
            named = item.value
        elif parent in _OF_ATTRIBUTES:
            named = name
        elif name == "Attribute Reference" and item.kind == Kind.ENUMERATION:
            named = self.tags.get(item.value)
        else:
            return []
        if version < (2, 0) and named[:2] in ("x-", "y-"):
            return []
        return [] if self._is_attribute(named, version) else [f"attribute {named}"]

    def _is_attribute(self, name, version):
        if name and _PARTS_OF_CERTIFICATES.fullmatch(name):
            return self.since[self.codes[name]] <= version
        return name in _SINCE and _SINCE[name] <= version and not (version >= (2, 0) and name in _GONE_IN_2)

    def _meaning(self, item, above):
        """What an item is about: an attribute's value is about what the attribute's name says."""
        name = self.tags.get(item.tag)
        if name == "Attribute Value" and above[-1].has("AttributeName"):
            return above[-1]["AttributeName"].value
        return name

    def _value(self, name, value, version):
        if name in _TAG_VALUES:
            return [] if self.since.get(value, (9, 9)) <= version else [f"tag {value:06x} as a value of {name}"]
        if value >= _EXTENSION:
            return []
        tables = [self.values[one] for one in _TABLES.get(name, [name]) if one in self.values]
        if not tables:
            return [f"an enumeration of no name: {name} {value}"]
        known = any(value in table and table[value] <= version for table in tables)
        return [] if known else [f"value {value:x} of {name}"]


def _numbers(version):
    major, minor = version.split(".")
    return int(major), int(minor)
