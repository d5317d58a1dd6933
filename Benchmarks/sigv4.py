"""AWS Signature Version 4 for one kind of request: POST / with a JSON body, as the SDKs send to AWS KMS."""

import functools
import hashlib
import hmac
import time
from dataclasses import dataclass

# What the SDKs sign for this protocol, in the order that the canonical form asks for.
_SIGNED = "amz-sdk-invocation-id;content-type;host;x-amz-date;x-amz-target"
_CONTENT_TYPE = "application/x-amz-json-1.1"


@dataclass(frozen=True)
class Credentials:
    access_key: str
    secret: str


def _mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


@functools.cache
def _signing_key(secret, day, region):
    key = ("AWS4" + secret).encode()
    for part in (day, region, "kms", "aws4_request"):
        key = _mac(key, part)
    return key


def request(credentials, host, region, operation, body, invocation):
    """The bytes of a whole signed request. `invocation` makes the signature unlike others of the same body."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = f"TrentService.{operation}"
    digest = hashlib.sha256(body).hexdigest()
    canonical = (
        f"POST\n/\n\namz-sdk-invocation-id:{invocation}\ncontent-type:{_CONTENT_TYPE}\nhost:{host}\n"
        f"x-amz-date:{moment}\nx-amz-target:{target}\n\n{_SIGNED}\n{digest}")
    scope = f"{moment[:8]}/{region}/kms/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = _mac(_signing_key(credentials.secret, moment[:8], region), to_sign).hex()
    head = (
        f"POST / HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\nX-Amz-Target: {target}\r\n"
        f"Content-Type: {_CONTENT_TYPE}\r\nUser-Agent: aws-sdk-benchmark/1.0 md/kms#1.0 lang/python\r\n"
        f"amz-sdk-invocation-id: {invocation}\r\namz-sdk-request: attempt=1\r\nX-Amz-Date: {moment}\r\n"
        f"Authorization: AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, SignedHeaders={_SIGNED}, "
        f"Signature={signature}\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body
