"""Keys of vectors, imported once for a module, and what the server says to one vector."""

import botocore.exceptions

from material import imported


class Brought:
    """Imports each key pair or secret once, by what it is."""

    def __init__(self, kms):
        self.kms = kms
        self.known = {}

    def key(self, spec, usage, material, **more):
        name = (spec, usage, material)
        if name not in self.known:
            self.known[name] = imported(self.kms, spec, usage, material, **more)["KeyId"]
        return self.known[name]


def outcome(call, **request):
    """The answer, or the code of the error."""
    try:
        return call(**request)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


def is_valid(kms, key, algorithm, message, signature, **more):
    """Whether Verify says so. Any error but the one for a bad signature is a failure of the suite."""
    request = {"KeyId": key, "SigningAlgorithm": algorithm, "Message": message, "Signature": signature, **more}
    told = outcome(kms.verify, **request)
    if told == "KMSInvalidSignatureException":
        return False
    assert isinstance(told, dict) and told["SignatureValid"] is True, told
    return True


def fits_the_api(message, signature=b"x"):
    """The bounds of the API: messages of 1 to 4,096 bytes, signatures of 1 to 6,144."""
    return 1 <= len(message) <= 4096 and 1 <= len(signature) <= 6144


def mismatches(verdicts):
    """The vectors for which the server's verdict isn't the expected one: {id: (expected, told)}."""
    return {name: pair for name, pair in verdicts.items() if pair[0] != pair[1]}
