"""The suites once more, against servers whose keys, or root, are on a token.

    CLAVIGER_KEYS=hsm     new keys are made on a SoftHSM token of each server's own, whatever may stay there
    CLAVIGER_SEAL=pkcs11  the root is on it

What the token can't do is skipped, by what the server says when it refuses it, and printed with the reason.
"""

import os
import re

import pytest

from tokens import SoftToken

KEYS = os.environ.get("CLAVIGER_KEYS", "software")
SEAL = os.environ.get("CLAVIGER_SEAL", "file")

# Of tests that are about a seal whose key is a file, or that put one server's root before another.
of_the_file_seal = pytest.mark.skipif(SEAL != "file", reason="about the seal that is a file, and the root is on a token here")

# What a refusal is called over each protocol: over AWS's, over Azure's, over KMIP's from 2.0 on and before, in the forms in which
# clients and tests show it. The Encryption SDK says only whose error it is.
_CODES = re.compile(
    r"UnsupportedOperationException|NotSupported|UnsupportedCryptographicParameters|UNSUPPORTED_CRYPTOGRAPHIC_PARAMETERS"
    r"|InvalidField|INVALID_FIELD|ResultReason=|ComAmazonawsKms"
)
# What the server says of a token, up to the end of what it says.
_WORDS = re.compile(
    r"[^\n'\"]*(?:the token (?:has|answered|does)|(?:a|the) token stay|on (?:a|the) token|the key's token)[^\n'\"]*"
)


def settings(folder):
    """What a server in this folder needs to be told; the token is made on first use and stays."""
    if KEYS != "hsm" and SEAL != "pkcs11":
        return {}
    token = SoftToken(folder / "hsm")
    if not token.configuration.exists():
        token.make()
    # Making RSA keys of 4096 bits takes as long as it takes on a busy machine.
    told = {**token.settings(), "CLAVIGER_PKCS11_DEADLINE": "60s"}
    if KEYS == "hsm":
        told["CLAVIGER_CUSTODY_KEYS"] = "hsm"
    if SEAL == "pkcs11":
        told["CLAVIGER_SEAL_KIND"] = "pkcs11"
    return told


def refusal(error):
    """Why a token can't do what a test wanted, if that is why it failed: said by the error itself, or shown by a test that expected
    something else."""
    if KEYS != "hsm":
        return None
    said = "\n".join(f"{type(each).__name__}: {each}" for each in told(error))
    return words(said) if _CODES.search(said) else None


def told(error):
    """An error with those that it comes from and, as the Encryption SDK does, those that it only lists."""
    while error is not None:
        yield error
        yield from getattr(error, "list", ())
        error = error.__cause__ or error.__context__


def words(said):
    """What a text says of what a token can't do."""
    found = _WORDS.search(said)
    return found[0].strip() if found else None


def judge(report, call):
    """Turns a failure that is the token's into a skipped test."""
    reason = call.excinfo and refusal(call.excinfo.value)
    if reason and report.failed:
        report.outcome = "skipped"
        report.longrepr = (str(report.fspath), report.location[1], f"Skipped: not of this token: {reason}")
