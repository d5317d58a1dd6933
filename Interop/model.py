"""The installed service model, walked, and the reasons that the documentation gives for what isn't here."""

import pathlib
import re

import botocore.loaders

from server import ROOT

PAGE = ROOT / "docs" / "protocols" / "aws-kms.md"
HEADING = "## Not here, and why"

_ROW = re.compile(r"^\| `(?P<where>[A-Za-z.]+)` \| (?:`(?P<value>[^`]+)`)? ?\| (?P<reason>[^|]+) \|$")


def service_model():
    return botocore.loaders.Loader().load_service_model("kms", "service-2")


class Enumerated:
    """A member of a request that takes one of a few words, at `path` (lists as "[]")."""

    def __init__(self, operation, path, values):
        self.operation = operation
        self.path = path
        self.values = values

    @property
    def name(self):
        """`CreateKey.KeySpec`; a list's element has the list's name."""
        return ".".join([self.operation, *(part for part in self.path if part != "[]")])

    def put(self, value, request):
        """`request` with this member set to `value`, whatever stood there."""
        return _put(self.path, value, request)

    def __repr__(self):
        return self.name


def enumerated(model):
    """Every enumerated member of every request, however deep."""
    found = []
    for operation, described in sorted(model["operations"].items()):
        _walk(model["shapes"], described["input"]["shape"], operation, (), (), found)
    return found


def reasons(page=None):
    """{(operation or member, value or None): reason}, from the table under the heading."""
    text = pathlib.Path(PAGE).read_text() if page is None else page
    _, found, rest = text.partition(HEADING + "\n")
    assert found, f"{PAGE} has no section '{HEADING}'"
    table = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("|")]
    rows = {}
    for line in table[2:]:
        row = _ROW.match(line)
        assert row, f"not a row of the table: {line}"
        key = (row["where"], row["value"])
        assert key not in rows, f"twice in the table: {key}"
        rows[key] = row["reason"].strip()
    return rows


def _walk(shapes, name, operation, path, within, found):
    shape = shapes[name]
    if name in within:
        return
    within = (*within, name)
    if "enum" in shape:
        found.append(Enumerated(operation, path, shape["enum"]))
    elif shape["type"] == "structure":
        for member, reference in shape["members"].items():
            _walk(shapes, reference["shape"], operation, (*path, member), within, found)
    elif shape["type"] == "list":
        _walk(shapes, shape["member"]["shape"], operation, (*path, "[]"), within, found)


def _put(path, value, into):
    if not path:
        return value
    if path[0] == "[]":
        return [_put(path[1:], value, None)]
    inside = dict(into or {})
    inside[path[0]] = _put(path[1:], value, inside.get(path[0]))
    return inside
