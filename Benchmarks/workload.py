"""What the clients ask for: distinct signed requests, spread over keys and access keys."""

import base64
import concurrent.futures
import http.client
import json
import os
import uuid
from dataclasses import dataclass

import sigv4

KEYS = 256
BODIES = 4096


@dataclass(frozen=True)
class Client:
    """Who asks whom."""

    host: str
    region: str
    credentials: tuple[sigv4.Credentials, ...]

    def signed(self, operation, number, members):
        body = json.dumps(members, separators=(",", ":")).encode()
        who = self.credentials[number // KEYS % len(self.credentials)]
        return sigv4.request(who, self.host, self.region, operation, body, uuid.uuid4())

    def ask(self, operation, members_of, count):
        """Carries out `count` calls with 32 connections; their answers, in order."""

        def share(start):
            connection, answers = http.client.HTTPConnection(self.host), {}
            for number in range(start, count, 32):
                answer = exchange(connection, self.signed(operation, number, members_of(number)))
                answers[number] = json.loads(answer or "{}")
            connection.close()
            return answers

        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            answers = {number: answer for part in pool.map(share, range(32)) for number, answer in part.items()}
        return [answers[number] for number in range(count)]


def exchange(connection, request):
    """Sends a request as it is and returns the body of the answer, which must be 200."""
    if connection.sock is None:
        connection.connect()
    connection.sock.sendall(request)
    answer = http.client.HTTPResponse(connection.sock, method="POST")
    answer.begin()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"bench: {answer.status}: {body.decode(errors='replace')}")
    return body


def write(path, requests):
    """The form that load.lua reads."""
    with open(path, "wb") as file:
        for request in requests:
            file.write(b"%d\n%b" % (len(request), request))


class Workload:
    """One operation: how its requests look."""

    def __init__(self, client):
        self.client = client

    def prepare(self):
        """Whatever must exist before: asked of the server once."""

    def requests(self):
        return [self.client.signed(self.operation, number, self.members(number)) for number in range(BODIES)]

    def answer_size(self):
        connection = http.client.HTTPConnection(self.client.host)
        size = len(exchange(connection, self.client.signed(self.operation, 0, self.members(0))))
        connection.close()
        return size


class OnKeys(Workload):
    keys = []

    def key(self, number):
        return self.keys[number % KEYS]

    def context(self, number):
        return {"tenant": f"t{number % 64}", "object": f"{number:08d}"}


class GenerateDataKey(OnKeys):
    name = operation = "GenerateDataKey"

    def members(self, number):
        return {"KeyId": self.key(number), "KeySpec": "AES_256", "EncryptionContext": self.context(number)}


class GenerateDataKeyGuarded(GenerateDataKey):
    """The same under policies of 100 statements, of which the last lets the caller, on keys with 1,000 grants to others."""

    name = "GenerateDataKey-100-1000"
    beside = "GenerateDataKey"
    count = 8
    statements = 100
    grants = 1000

    def prepare(self):
        made = self.client.ask("CreateKey", lambda _: {"Description": "guarded"}, self.count)
        self.mine = [answer["KeyMetadata"]["KeyId"] for answer in made]
        account = made[0]["KeyMetadata"]["AWSAccountId"]
        policy = json.dumps(self.policy(account))
        self.client.ask(
            "PutKeyPolicy", lambda number: {"KeyId": self.mine[number], "PolicyName": "default", "Policy": policy},
            self.count)
        self.client.ask(
            "CreateGrant",
            lambda number: {
                "KeyId": self.mine[number % self.count], "Operations": ["Encrypt", "Decrypt", "GenerateDataKey"],
                "GranteePrincipal": f"arn:aws:iam::{account}:role/grantee-{number // self.count}",
                "Constraints": {"EncryptionContextSubset": {"tenant": f"t{number}"}}},
            self.count * self.grants)

    def policy(self, account):
        others = [
            {
                "Sid": f"Team{number}", "Effect": "Allow" if number % 4 else "Deny",
                "Principal": {"AWS": [f"arn:aws:iam::{account}:role/team-{number}", f"arn:aws:iam::{account}:user/user-{number}"]},
                "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
                "Condition": {"StringEquals": {"kms:EncryptionContext:tenant": [f"t{number}", f"u{number}"]}}}
            for number in range(self.statements - 1)]
        root = {
            "Sid": "Root", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*",
            "Resource": "*"}
        return {"Version": "2012-10-17", "Statement": [*others, root]}

    def key(self, number):
        return self.mine[number % self.count]


class Encrypt(OnKeys):
    name, operation = "Encrypt-1KiB", "Encrypt"

    def members(self, number):
        plaintext = base64.b64encode(os.urandom(1024)).decode()
        return {"KeyId": self.key(number), "Plaintext": plaintext, "EncryptionContext": self.context(number)}


class Decrypt(OnKeys):
    name, operation = "Decrypt-1KiB", "Decrypt"
    ciphertexts = []

    def prepare(self):
        answers = self.client.ask("Encrypt", Encrypt(self.client).members, BODIES)
        self.ciphertexts = [answer["CiphertextBlob"] for answer in answers]

    def members(self, number):
        return {"CiphertextBlob": self.ciphertexts[number], "EncryptionContext": self.context(number)}


class Sign(Workload):
    """Signatures over messages of 200 bytes by keys of their own."""

    operation = "Sign"
    count = 32

    def prepare(self):
        made = self.client.ask("CreateKey", lambda _: {"KeySpec": self.spec, "KeyUsage": "SIGN_VERIFY"}, self.count)
        self.keys = [answer["KeyMetadata"]["KeyId"] for answer in made]

    def members(self, number):
        message = base64.b64encode(os.urandom(200)).decode()
        return {"KeyId": self.keys[number % self.count], "Message": message, "SigningAlgorithm": self.algorithm}


class SignRSA2048(Sign):
    # The padding of `openssl speed`.
    name, spec, algorithm = "Sign-RSA-2048", "RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"
    openssl = "rsa2048"

    @staticmethod
    def verdict(ours, bare, library):
        return f"share {ours / library:.2f} of it"


class SignP256(Sign):
    name, spec, algorithm = "Sign-P-256", "ECC_NIST_P256", "ECDSA_SHA_256"
    openssl = "ecdsap256"

    @staticmethod
    def verdict(ours, bare, library):
        return f"cost {1e6 / ours:.1f} us, openssl's and twice the echo's {1e6 / library + 2e6 / bare:.1f} us"


class GenerateRandom(Workload):
    name, operation = "GenerateRandom-32B", "GenerateRandom"

    def members(self, number):
        return {"NumberOfBytes": 32}


class CreateKey(Workload):
    name = operation = "CreateKey"

    def members(self, number):
        return {"Description": f"made by the benchmark, {number}"}
