"""Every operation of KMIP has a right of its own, which policies of the client's user give; a certificate says who a client is."""

import contextlib
import json
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from kmip.core.enums import ObjectType, Operation, QueryFunction, ResultReason

from kmip_client import Connection, Identity, attributes, identifier
from kmip_operations import AES_256, CBC, ROWS, UNSPECIFIED, Bench
from kmip_server import House
from outside import self_signed
from seeds import FIRST, SECOND, write
from server import run_claviger
from ttlv import item

VERSION = (2, 1)
GUARDED = [row for row in ROWS if row.rights]
FREE = [row for row in ROWS if not row.rights]

ACCOUNTS = f"""\
accounts:
  - id: {FIRST}
    access-keys:
      - {{id: test, secret: test}}
  - id: {SECOND}
    access-keys:
      - {{id: SECONDACCOUNT, secret: not-a-secret-at-all}}
"""


@pytest.fixture(scope="module")
def kmip_house(tmp_path_factory):
    """A server of two accounts."""
    folder = tmp_path_factory.mktemp("rights")
    house = House(folder, arguments=["--seed", str(write(folder, ACCOUNTS))])
    try:
        yield house.start()
        assert house.is_alive(), house.log_tail()
        house.stop()
    finally:
        house.dispose()


@pytest.fixture(scope="module")
def iam(kmip_house):
    return kmip_house.client("iam")


@pytest.fixture(scope="module")
def bench(kmip_client):
    made = Bench(kmip_client, VERSION)
    yield made
    made.close()


class Limited:
    """A client whose rights a test decides."""

    def __init__(self, house, iam):
        self.iam = iam
        self.identity = house.kmip_client("limited")
        for policy in iam.list_attached_user_policies(UserName="limited")["AttachedPolicies"]:
            iam.detach_user_policy(UserName="limited", PolicyArn=policy["PolicyArn"])
        self.connection = Connection(self.identity, VERSION)

    def may(self, **statement):
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **statement}]}
        self.iam.put_user_policy(UserName="limited", PolicyName="own", PolicyDocument=json.dumps(document))

    def ask(self, row, bench):
        return self.connection.ask(row.operation, *row.payload(bench), version=bench.version)


@pytest.fixture(scope="module")
def limited(kmip_house, iam):
    client = Limited(kmip_house, iam)
    yield client
    client.connection.close()


@pytest.mark.parametrize("row", GUARDED, ids=repr)
def test_without_its_right_an_operation_is_refused(limited, bench, row):
    for right in row.rights:
        limited.may(NotAction=right)
        limited.ask(row, bench).refused(ResultReason.PERMISSION_DENIED)


@pytest.mark.parametrize("row", GUARDED, ids=repr)
def test_its_rights_are_enough_for_an_operation(limited, bench, row):
    limited.may(Action=list(row.rights))
    limited.ask(row, bench).done()


@pytest.mark.parametrize("row", GUARDED, ids=repr)
def test_rights_on_another_object_are_none(kmip_house, limited, bench, row):
    arn = f"arn:aws:kms:{kmip_house.region}:{kmip_house.account}:key/{bench.key()}"
    limited.may(Action=list(row.rights), Resource=arn)
    limited.ask(row, bench).refused(ResultReason.PERMISSION_DENIED)


@pytest.mark.parametrize("row", FREE, ids=repr)
def test_what_every_client_may_ask(limited, bench, row):
    limited.may(Action="s3:GetObject")
    limited.ask(row, bench).done()


def test_what_may_not_be_looked_at_is_not_found(limited, bench):
    name = bench.key()
    limited.may(Action="kmip:Locate")
    found = limited.connection.ask(Operation.LOCATE).done()
    assert name not in [one.value for one in found.all("UniqueIdentifier")]
    limited.may(Action=["kmip:Locate", "kmip:GetAttributes"])
    found = limited.connection.ask(Operation.LOCATE).done()
    assert name in [one.value for one in found.all("UniqueIdentifier")]


class TestKeysMadeOverAWS:
    """Whoever may describe one may look at it and find it; KMIP's own rights are none to it."""

    @pytest.fixture
    def key(self, kmip_house):
        return kmip_house.client().create_key()["KeyMetadata"]["KeyId"]

    @pytest.mark.parametrize("operation", [Operation.GET_ATTRIBUTES, Operation.GET_ATTRIBUTE_LIST])
    def test_looking_at_one(self, limited, key, operation):
        limited.may(Action="kms:DescribeKey")
        limited.connection.ask(operation, identifier(key)).done()
        limited.may(NotAction="kms:DescribeKey")
        limited.connection.ask(operation, identifier(key)).refused(ResultReason.PERMISSION_DENIED)

    def test_finding_one(self, limited, key):
        for rights, is_found in ((["kms:DescribeKey"], True), (["kmip:GetAttributes", "kms:Encrypt"], False)):
            limited.may(Action=["kmip:Locate", *rights])
            found = limited.connection.ask(Operation.LOCATE).done()
            assert (key in [one.value for one in found.all("UniqueIdentifier")]) is is_found

    def test_a_grant_lets_one_be_found(self, kmip_house, limited, key):
        limited.may(Action="kmip:Locate")
        grantee = f"arn:aws:iam::{kmip_house.account}:user/kmip/limited"
        kmip_house.client().create_grant(KeyId=key, GranteePrincipal=grantee, Operations=["DescribeKey"])
        found = limited.connection.ask(Operation.LOCATE).done()
        assert [one.value for one in found.all("UniqueIdentifier")] == [key]

    @pytest.mark.parametrize("operation", [Operation.GET, Operation.EXPORT, Operation.DESTROY, Operation.REVOKE])
    def test_what_only_kmip_does_is_not_done_to_one(self, limited, key, operation):
        limited.may(Action="*")
        payload = [UNSPECIFIED] if operation is Operation.REVOKE else []
        limited.connection.ask(operation, identifier(key), *payload).refused(ResultReason.PERMISSION_DENIED)

    def test_the_ready_made_role_uses_one(self, kmip_house, key):
        with Connection(kmip_house.kmip_client("ready-made", roles=("kmip-client",)), VERSION) as connection:
            found = connection.ask(Operation.LOCATE).done()
            assert key in [one.value for one in found.all("UniqueIdentifier")]
            connection.ask(Operation.GET_ATTRIBUTES, identifier(key)).done()
            vector = item("IVCounterNonce", bytes(16))
            secret = connection.ask(Operation.ENCRYPT, identifier(key), CBC, item("Data", b"kept"), vector).done()["Data"]
            plain = connection.ask(Operation.DECRYPT, identifier(key), CBC, secret, vector).done()["Data"]
            assert plain.value == b"kept"

    def test_a_denial_keeps_the_ready_made_role_away(self, kmip_house, iam, key):
        statement = {
            "Effect": "Deny",
            "Action": "kms:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"claviger:KeyringKind": "aws"}},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        identity = kmip_house.kmip_client("kept-away", roles=("kmip-client",))
        iam.put_user_policy(UserName="kept-away", PolicyName="own", PolicyDocument=document)
        with Connection(identity, VERSION) as connection:
            found = connection.ask(Operation.LOCATE).done()
            assert key not in [one.value for one in found.all("UniqueIdentifier")]
            connection.ask(Operation.GET_ATTRIBUTES, identifier(key)).refused(ResultReason.PERMISSION_DENIED)
            kind = item("ObjectType", ObjectType.SYMMETRIC_KEY)
            made = connection.ask(Operation.CREATE, kind, attributes(VERSION, AES_256)).done()
            connection.ask(Operation.GET_ATTRIBUTES, made["UniqueIdentifier"]).done()

    def test_one_of_another_account_is_not_there(self, kmip_house, key):
        arn = f"arn:aws:kms:{kmip_house.region}:{kmip_house.account}:key/{key}"
        with Connection(added(kmip_house, "stranger", SECOND), VERSION) as connection:
            for name in (key, arn):
                connection.ask(Operation.GET_ATTRIBUTES, identifier(name)).refused()
            assert not connection.ask(Operation.LOCATE).done().has("UniqueIdentifier")


def test_a_right_on_one_key_is_none_on_another(kmip_house, limited, bench):
    one, other = bench.key(), bench.key()
    arn = f"arn:aws:kms:{kmip_house.region}:{kmip_house.account}:key/{one}"
    limited.may(Action="kmip:Get", Resource=arn)
    limited.connection.ask(Operation.GET, identifier(one)).done()
    limited.connection.ask(Operation.GET, identifier(other)).refused(ResultReason.PERMISSION_DENIED)


@pytest.mark.parametrize("row", [row for row in GUARDED if row.operation is not Operation.LOCATE], ids=repr)
def test_a_client_of_another_account_gets_nothing(kmip_house, bench, row):
    """Where the request names an object, it is one of the first account's."""
    stranger = added(kmip_house, "stranger", SECOND)
    payload = row.payload(bench)
    if not any("UniqueIdentifier" in part.name for part in payload):
        pytest.skip("names no object")
    if row.operation is Operation.IMPORT:
        pytest.skip("names an object that isn't there")
    with Connection(stranger, VERSION) as connection:
        connection.ask(row.operation, *payload).refused()


def test_a_client_of_another_account_finds_nothing(kmip_house, bench):
    bench.key()
    with Connection(added(kmip_house, "stranger", SECOND), VERSION) as connection:
        assert not connection.ask(Operation.LOCATE).done().has("UniqueIdentifier")


def added(house, name, account):
    """A client that may do everything in an account."""
    folder = house.directory / f"kmip-{account}-{name}"
    if not folder.exists():
        command = ["kmip", "client", "add", name, "--account", account, "--role", "administrator", "--out", folder]
        answer = run_claviger(*command, "--data-dir", house.data)
        assert answer.returncode == 0, answer.stderr
    host, port = house.kmip_address
    files = {"certificate": folder / "client.pem", "key": folder / "client-key.pem", "authority": folder / "ca.pem"}
    return Identity(host=host, port=port, **files)


def is_turned_away(identity):
    """Whether a client can't even ask; with TLS 1.3 that shows at the first read."""
    with contextlib.suppress(ConnectionError, ssl.SSLError, AssertionError):
        with Connection(identity) as connection:
            connection.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_OPERATIONS)).done()
            return False
    return True


def test_a_revoked_client_is_shut_out_at_once(kmip_house):
    identity = kmip_house.kmip_client("leaving")
    with Connection(identity) as connection:
        connection.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_OPERATIONS)).done()
        answer = run_claviger("kmip", "client", "revoke", "leaving", "--data-dir", kmip_house.data)
        assert answer.returncode == 0, answer.stderr
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            assert connection.receive() is None
    assert is_turned_away(identity)
    assert not is_turned_away(kmip_house.kmip_client())


def test_a_stranger_with_a_certificate_of_its_own_is_turned_away(kmip_house, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    der = self_signed(key, "suite")
    (tmp_path / "client.pem").write_bytes(x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM))
    (tmp_path / "client.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    known = kmip_house.kmip_client()
    stranger = Identity(
        host=known.host,
        port=known.port,
        certificate=tmp_path / "client.pem",
        key=tmp_path / "client.key",
        authority=known.authority,
    )
    assert is_turned_away(stranger)
