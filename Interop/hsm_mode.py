"""The suites once more, against servers whose keys, or root, are on a token.

    CLAVIGER_KEYS=hsm     new keys of the AWS API are made on a SoftHSM token of each server's own
    CLAVIGER_SEAL=pkcs11  the root is on it

What the token can't do is skipped, by what the server says when it refuses it, and printed with the reason.
"""

import os

from botocore.exceptions import ClientError

from tokens import SoftToken

KEYS = os.environ.get("CLAVIGER_KEYS", "software")
SEAL = os.environ.get("CLAVIGER_SEAL", "file")


def settings(folder):
    """What a server in this folder needs to be told; the token is made on first use and stays."""
    if KEYS != "hsm" and SEAL != "pkcs11":
        return {}
    token = SoftToken(folder / "hsm")
    if not token.configuration.exists():
        token.make()
    told = token.settings()
    if KEYS == "hsm":
        told["CLAVIGER_CUSTODY_KEYS"] = "hsm"
    if SEAL == "pkcs11":
        told["CLAVIGER_SEAL_KIND"] = "pkcs11"
    return told


def refusal(error):
    """Why a token can't do what a test wanted, if that is why it failed."""
    if KEYS == "hsm" and isinstance(error, AssertionError):
        # Of a test that expected another refusal, and shows the one that came.
        said = str(error)
        return said.splitlines()[0] if "UnsupportedOperationException" in said and "token" in said else None
    if KEYS != "hsm" or not isinstance(error, ClientError):
        return None
    said = error.response.get("Error", {})
    message = said.get("Message", "")
    return message if said.get("Code") == "UnsupportedOperationException" and "token" in message else None


def judge(report, call):
    """Turns a failure that is the token's into a skipped test."""
    reason = call.excinfo and refusal(call.excinfo.value)
    if reason and report.failed:
        report.outcome = "skipped"
        report.longrepr = (str(report.fspath), report.location[1], f"Skipped: not of this token: {reason}")
