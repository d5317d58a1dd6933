"""What the suites know of one operation."""

import dataclasses
from collections.abc import Callable

# Attributes of a bench that are the ARN of a key, whose policy has a say.
KEYS = ("arn", "other_arn", "replica_arn")


@dataclasses.dataclass(frozen=True)
class Right:
    """An action on a resource: the bench's attribute of that name has its ARN."""

    action: str
    on: str = "*"

    def resource(self, bench):
        return "*" if self.on == "*" else getattr(bench, self.on)


@dataclasses.dataclass(frozen=True, eq=False)
class Row:
    """One way to ask for an operation. `name` is the operation's, with words behind it where there are several ways."""

    name: str
    # bench -> parameters
    request: Callable
    # All of them are needed; none for what everybody may do.
    rights: tuple = ()
    # What the call changes: names of the bench's views.
    changes: tuple = ()
    # Brings the bench to where the call makes sense.
    ready: Callable | None = None
    # How the call ends for whoever may make it, where that isn't success.
    code: str | None = None
    # Whether policies of the key, or of another account's role, can let somebody of another account in.
    crosses_accounts: bool = False
    # Whether credentials of sessions will do.
    by_sessions: bool = True
    # (attribute of the bench, operations of the grant on that key), the one that counts first.
    grants: tuple = ()
    # Whether the key's policy can give the rights on keys.
    by_key_policy: bool = True
    # Whether refusals say which action on which resource.
    names_resource: bool = True
    # What a key made here answers in each of `key_states.STATES`; what one for imported material does in IMPORT_STATES,
    # where that isn't the same with "pending import" behind it.
    states: tuple | None = None
    imported: tuple | None = None
    # How to make the bench.
    kind: tuple = ()
    origin: str = "AWS_KMS"
    several_regions: bool = False
    needs_newer_library: bool = False

    @property
    def operation(self):
        return self.name.split(" ")[0]

    @property
    def on_keys(self):
        return tuple(right for right in self.rights if right.on in KEYS)

    def __repr__(self):
        return self.name
