"""A table of every operation that the server has: how an administrator makes what it needs, the call that succeeds, which
rights it takes on what, who can give them, and what keys answer state by state.

`lacking` compares it with the installed models, so that no operation can be left out of what the table is for."""

from asking import service_model

from . import accounts, identities, keys, sessions

ON_KEYS = keys.ROWS
ON_ACCOUNTS = accounts.ROWS
ON_IDENTITIES = identities.ROWS
OF_SESSIONS = sessions.ROWS
FREE = sessions.FREE
WITH_RIGHTS = ON_KEYS + ON_ACCOUNTS + ON_IDENTITIES + OF_SESSIONS
ROWS = WITH_RIGHTS + FREE


def lacking(service, explained):
    """The service's operations that have neither a row nor a reason."""
    known = {row.operation for row in ROWS} | set(sessions.BY_TOKEN) | set(explained)
    return sorted(set(service_model(service).operation_names) - known)
