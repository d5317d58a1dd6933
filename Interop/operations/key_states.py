"""What AWS documents that keys answer, state by state. `None` is success, a refusal is (code, message).

The states in which AWS has keys that nobody can make here (creating, updating, unavailable) aren't among them."""

STATES = ("Enabled", "Disabled", "PendingDeletion")
IMPORT_STATES = (*STATES, "PendingImport")

DISABLED = ("DisabledException", "{arn} is disabled.")
PENDING = ("KMSInvalidStateException", "{arn} is pending deletion.")
NOT_PENDING = ("KMSInvalidStateException", "{arn} is not pending deletion.")
WAITING = ("KMSInvalidStateException", "{arn} is pending import.")
MADE_HERE = ("UnsupportedOperationException", "{arn} origin is AWS_KMS which is not valid for this operation.")
MADE_ELSEWHERE = ("UnsupportedOperationException", "{arn} origin is EXTERNAL which is not valid for this operation.")

# What a key in each of STATES answers.
ALWAYS = (None, None, None)
WHILE_ON = (None, DISABLED, PENDING)
UNLESS_PENDING = (None, None, PENDING)
ONLY_PENDING = (NOT_PENDING, NOT_PENDING, None)
NEVER = (MADE_HERE, MADE_HERE, MADE_HERE)

# What a key for imported material answers in each of IMPORT_STATES, where it isn't the same.
ON_AND_FILLED = (None, None, PENDING, WAITING)
IMPORTING = (None, None, PENDING, None)
NOT_OF_IMPORTED = (MADE_ELSEWHERE,) * 4


def of_imported(row):
    """The four answers of a key for imported material."""
    return row.imported or (*row.states, WAITING if row.states == WHILE_ON else None)
