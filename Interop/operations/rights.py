"""Ways to give somebody the rights of a row, all of them or all but one, and what a refusal has to say."""

import itertools

import pytest

from . import ON_KEYS
from .documents import allow, allow_all_but, by


def each(rows):
    """Once for each row; see the fixture `row`."""
    return pytest.mark.parametrize("row", rows, indirect=True, ids=repr)


def exactly(row, bench):
    """Statements for the rights that the row needs, on what it needs them on, and no others."""
    return [allow(right.action, right.resource(bench)) for right in row.rights]


def all_but(row, bench, missing):
    """Statements for every right but one: the others of the same action, and the same action on something else."""
    others = [right.resource(bench) for right in row.rights if right != missing and right.action == missing.action]
    if missing.on != "*":
        others.append(missing.resource(bench)[:-1] + "?!")
    return [allow_all_but(missing.action), *([allow(missing.action, others)] if others else [])]


def says(answer, row, bench, person, words, missing=None):
    """The refusal names the person, the action and the resource, and where the right wasn't."""
    if not row.names_resource and row in ON_KEYS:
        return
    rights = [missing] if missing else row.rights
    assert any(right.action in answer.message for right in rights), answer.message
    assert answer.message.startswith(f"User: {person} is not authorized to perform: "), answer.message
    assert words in answer.message, answer.message
    if row in ON_KEYS and row.names_resource:
        assert any(f"on resource: {right.resource(bench)} " in answer.message for right in rights), answer.message


def admit(bench, row, principal):
    """Lets the principal do what the row needs of keys, by the keys' policies."""
    for on, rights in itertools.groupby(sorted(row.on_keys, key=lambda right: right.on), lambda right: right.on):
        rights = list(rights)
        bench.allow_by_policy(rights[0], allow([right.action for right in rights], **by(principal)))


def give(stage, bench, on, operations, grantee=None):
    who = grantee or stage.grantee.arn
    stage.do("CreateGrant", KeyId=getattr(bench, on), GranteePrincipal=who, Operations=list(operations))
