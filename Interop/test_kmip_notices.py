"""What the server tells clients that listen: of objects that they may read, and nothing of others."""

import contextlib
import json

import pytest
from kmip.core.enums import (
    CryptographicAlgorithm,
    ObjectType,
    Operation,
    QueryFunction,
    ResultReason,
    RevocationReasonCode,
)

from kmip_client import Connection, attribute, attributes, identifier, material_of, references
from kmip_listener import CLIENT_ROLE, SERVER_ROLE, Listener
from server import run_claviger
from ttlv import item

# What a client may have open at once for that.
MOST_LISTENERS = 8


def create(connection, *more):
    """An AES key, made in the connection's version."""
    given = [
        ("CryptographicAlgorithm", CryptographicAlgorithm.AES),
        ("CryptographicLength", 128),
        ("CryptographicUsageMask", 12),
        *more,
    ]
    payload = [item("ObjectType", ObjectType.SYMMETRIC_KEY), attributes(connection.version, given)]
    return connection.ask(Operation.CREATE, *payload).done()["UniqueIdentifier"].value


def destroy(connection, key):
    connection.ask(Operation.DESTROY, identifier(key)).done()


def said(payload):
    """{attribute: value} of a notice in 2.x, and the object that it is about."""
    found = {one.name: one.value for one in payload["Attributes"].value} if payload.has("Attributes") else {}
    return payload["UniqueIdentifier"].value, found


@pytest.fixture
def connection(kmip_client):
    with Connection(kmip_client, (2, 1)) as opened:
        yield opened


def test_a_life_is_told(kmip_client, connection):
    with Listener(kmip_client) as listener:
        listener.greet()
        key = create(connection)
        operation, put = listener.told()
        assert operation is Operation.PUT
        assert put["UniqueIdentifier"].value == key and put["PutFunction"].value == 1
        given = connection.ask(Operation.GET, identifier(key)).done()
        assert material_of(put, "SymmetricKey") == material_of(given, "SymmetricKey")
        # It has been got: it isn't fresh any more.
        assert listener.told()[0] is Operation.NOTIFY

        connection.ask(Operation.ACTIVATE, identifier(key)).done()
        operation, notify = listener.told()
        assert operation is Operation.NOTIFY
        about, changes = said(notify)
        assert about == key and changes["State"] == 2 and "ActivationDate" in changes and "LastChangeDate" in changes
        assert "CryptographicLength" not in changes

        connection.ask(Operation.ADD_ATTRIBUTE, identifier(key), attribute((2, 1), "ContactInformation", "me")).done()
        assert said(listener.told()[1])[1]["ContactInformation"] == "me"
        (reference,) = references((2, 1), "ContactInformation")
        connection.ask(Operation.DELETE_ATTRIBUTE, identifier(key), reference).done()
        notify = listener.told()[1]
        assert notify.all("AttributeReference") == [reference]

        reason = item("RevocationReason", [item("RevocationReasonCode", RevocationReasonCode.CESSATION_OF_OPERATION)])
        connection.ask(Operation.REVOKE, identifier(key), reason).done()
        assert said(listener.told()[1])[1]["State"] == 3
        destroy(connection, key)
        assert said(listener.told()[1])[1]["State"] == 5


def test_what_replaces_another_says_so(kmip_client, connection):
    key = create(connection)
    with Listener(kmip_client) as listener:
        listener.greet()
        new = connection.ask(Operation.REKEY, identifier(key)).done()["UniqueIdentifier"].value
        told = [listener.told() for _ in range(2)]
        (put,) = [payload for operation, payload in told if operation is Operation.PUT]
        assert put["UniqueIdentifier"].value == new and put["PutFunction"].value == 2
        assert put["ReplacedUniqueIdentifier"].value == key
        (notify,) = [payload for operation, payload in told if operation is Operation.NOTIFY]
        assert said(notify)[0] == key


@pytest.mark.parametrize("version", [(1, 0), (1, 4), (2, 0)])
def test_everything_is_in_the_version_that_the_client_prefers(kmip_client, connection, version):
    with Listener(kmip_client, speaks=[(9, 9), version, (2, 1)]) as listener:
        listener.greet()
        create(connection)
        request = listener.receive()
        listener.accept(request)
        said_version = request["RequestHeader"]["ProtocolVersion"]
        assert tuple(number.value for number in said_version.value) == version
        payload = request["BatchItem"]["RequestPayload"]
        assert payload.has("Attribute") == (version < (2, 0)) and payload.has("Attributes") == (version >= (2, 0))


def test_a_client_that_does_not_know_the_question_speaks_the_version_it_asked_in(kmip_client, connection):
    with Listener(kmip_client, version=(2, 0), speaks=()) as listener:
        listener.greet()
        create(connection)
        assert listener.told()[0] is Operation.PUT


def test_a_client_that_speaks_nothing_that_the_server_does_is_left(kmip_client):
    with Listener(kmip_client, speaks=[(9, 9)]) as listener:
        listener.greet()
        assert listener.receive() is None


def test_what_cannot_be_given_out_is_described(kmip_client, connection):
    with Listener(kmip_client) as listener:
        listener.greet()
        key = create(connection, ("Sensitive", True))
        operation, notify = listener.told()
        assert operation is Operation.NOTIFY
        about, found = said(notify)
        assert about == key and found["CryptographicLength"] == 128 and found["Sensitive"]


def test_a_client_that_takes_no_objects_is_told_of_them(kmip_client, connection):
    with Listener(kmip_client, types=[ObjectType.CERTIFICATE]) as other, Listener(kmip_client) as listener:
        other.greet()
        listener.greet()
        key = create(connection)
        assert other.told()[0] is Operation.NOTIFY
        listener.refuse(listener.receive(), ResultReason.OPERATION_NOT_SUPPORTED)
        operation, notify = listener.told()
        assert operation is Operation.NOTIFY and said(notify)[0] == key
        create(connection)
        assert listener.told()[0] is Operation.NOTIFY


class TestRights:
    @pytest.fixture
    def limited(self, kmip_house):
        """A client whose rights a test decides."""
        identity = kmip_house.kmip_client("listener", roles=("kmip-client",))
        iam = kmip_house.client("iam")
        for policy in iam.list_attached_user_policies(UserName="listener")["AttachedPolicies"]:
            iam.detach_user_policy(UserName="listener", PolicyArn=policy["PolicyArn"])

        def may(*actions):
            statements = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}] if actions else []
            # There is always one statement.
            statements = statements or [{"Effect": "Deny", "Action": "kms:*", "Resource": "*"}]
            document = {"Version": "2012-10-17", "Statement": statements}
            iam.put_user_policy(UserName="listener", PolicyName="rights", PolicyDocument=json.dumps(document))

        return identity, may

    def test_who_may_read_attributes_only_gets_no_key(self, limited, connection):
        identity, may = limited
        may("kmip:GetAttributes")
        with Listener(identity) as listener:
            listener.greet()
            key = create(connection)
            operation, notify = listener.told()
            assert operation is Operation.NOTIFY and said(notify)[0] == key
            assert not notify.has("SymmetricKey")

    def test_who_may_get_only_is_told_nothing(self, kmip_house, limited, connection):
        identity, may = limited
        may("kmip:Get")
        with Listener(identity) as listener:
            listener.greet()
            hidden = create(connection)
            destroy(connection, hidden)
            may("kmip:GetAttributes", "kmip:Get")
            shown = create(connection)
            operation, put = listener.told()
            assert operation is Operation.PUT and put["UniqueIdentifier"].value == shown
        # Nobody has tried anything: there is nothing to record.
        records = [json.loads(line) for line in kmip_house.audit_lines() if hidden.encode() in line]
        assert {record["operation"] for record in records} == {"Create", "Destroy"}

    def test_rights_are_those_of_the_moment(self, kmip_house, limited, connection):
        identity, may = limited
        may("kmip:GetAttributes", "kmip:Get")
        with Listener(identity) as listener:
            listener.greet()
            first = create(connection)
            assert listener.told()[0] is Operation.PUT
            may()
            create(connection)
            may("kmip:GetAttributes")
            connection.ask(Operation.ACTIVATE, identifier(first)).done()
            operation, notify = listener.told()
            assert operation is Operation.NOTIFY and said(notify)[0] == first
        told = [json.loads(line) for line in kmip_house.audit_lines() if first.encode() in line and b"listener" in line]
        assert [record["operation"] for record in told] == ["Put", "Put", "Notify"]

    def test_a_client_that_is_revoked_hears_nothing_more(self, kmip_house, connection):
        identity = kmip_house.kmip_client("short-lived")
        with Listener(identity) as listener:
            listener.greet()
            answer = run_claviger("kmip", "client", "revoke", "short-lived", "--data-dir", kmip_house.data)
            assert answer.returncode == 0, answer.stderr
            create(connection)
            with contextlib.suppress(ConnectionError):
                assert listener.receive() is None


class TestRoles:
    def test_the_role_that_the_server_has_is_confirmed(self, connection):
        answer = connection.ask(Operation.SET_ENDPOINT_ROLE, item("EndpointRole", SERVER_ROLE)).done()
        assert answer["EndpointRole"].value == SERVER_ROLE
        connection.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_OPERATIONS)).done()

    def test_an_answer_that_does_not_arrive_changes_nothing(self, connection):
        short = [item("MaximumResponseSize", 64)]
        role = item("EndpointRole", CLIENT_ROLE)
        connection.ask(Operation.SET_ENDPOINT_ROLE, role, header=short).refused(ResultReason.RESPONSE_TOO_LARGE)
        connection.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_OPERATIONS)).done()

    def test_a_client_has_so_many_and_no_more(self, kmip_client, connection):
        with contextlib.ExitStack() as stack:
            for _ in range(MOST_LISTENERS):
                stack.enter_context(Listener(kmip_client))
            connection.ask(Operation.SET_ENDPOINT_ROLE, item("EndpointRole", CLIENT_ROLE)).refused()

    def test_listeners_that_do_not_answer_hold_up_nobody(self, kmip_client, connection):
        with contextlib.ExitStack() as stack:
            silent = [stack.enter_context(Listener(kmip_client)) for _ in range(3)]
            heard = stack.enter_context(Listener(kmip_client))
            heard.greet()
            keys = [create(connection) for _ in range(20)]
            assert [heard.told()[1]["UniqueIdentifier"].value for _ in keys] == keys
            assert silent[0].receive() is not None

    def test_a_listener_that_speaks_unasked_is_left(self, kmip_client):
        with Listener(kmip_client) as listener:
            listener.greet()
            with contextlib.suppress(ConnectionError):
                listener.connection.socket.sendall(b"\x42\x00\x7b\x01" + bytes(4))
                assert listener.receive() is None
