"""Custom key stores by boto3: records with states and errors. Nothing behind them can be reached from here yet."""

import datetime
import re

import pytest

from expect import invalid, refused

SECRET = "kXsSecret/+=" * 4
ACCESS_KEY = "ABCDEFGHIJKLMNOPQRST"
SERVICE = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"
CLUSTER = {
    "CloudHsmClusterId": "cluster-abcdefghi23",
    "TrustAnchorCertificate": "-----BEGIN CERTIFICATE-----",
    "KeyStorePassword": "hunter2hunter2",
}


def proxy(host, *, path="/kms/xks/v1", service=None, **more):
    """What describes an external key store."""
    described = {
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyConnectivity": "VPC_ENDPOINT_SERVICE" if service else "PUBLIC_ENDPOINT",
        "XksProxyUriEndpoint": f"https://{host}",
        "XksProxyUriPath": path,
        "XksProxyAuthenticationCredential": {"AccessKeyId": ACCESS_KEY, "RawSecretAccessKey": SECRET},
    }
    if service:
        described["XksProxyVpcEndpointServiceName"] = service
    return {**described, **more}


def create(kms, name, described):
    return kms.create_custom_key_store(CustomKeyStoreName=name, **described)["CustomKeyStoreId"]


def describe(kms, store):
    (entry,) = kms.describe_custom_key_stores(CustomKeyStoreId=store)["CustomKeyStores"]
    return entry


def every(kms):
    return kms.describe_custom_key_stores()["CustomKeyStores"]


@pytest.fixture
def store(kms):
    """A fresh external key store, disconnected."""
    yield create(kms, "of the test", proxy("test.example"))
    for entry in every(kms):
        clear(kms, entry)


def clear(kms, entry):
    if entry["ConnectionState"] != "DISCONNECTED":
        kms.disconnect_custom_key_store(CustomKeyStoreId=entry["CustomKeyStoreId"])
    kms.delete_custom_key_store(CustomKeyStoreId=entry["CustomKeyStoreId"])


class TestLife:
    def test_an_entry_has_everything_that_is_documented(self, kms, store):
        assert re.fullmatch("cks-[0-9a-f]{17}", store)
        entry = describe(kms, store)
        assert isinstance(entry.pop("CreationDate"), datetime.datetime)
        assert entry == {
            "CustomKeyStoreId": store,
            "CustomKeyStoreName": "of the test",
            "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
            "ConnectionState": "DISCONNECTED",
            "XksProxyConfiguration": {
                "Connectivity": "PUBLIC_ENDPOINT",
                "AccessKeyId": ACCESS_KEY,
                "UriEndpoint": "https://test.example",
                "UriPath": "/kms/xks/v1",
            },
        }

    def test_an_endpoint_service_is_the_callers_unless_another_account_is_named(self, server, kms, store):
        own = create(kms, "own", proxy("own.example", service=SERVICE))
        configuration = describe(kms, own)["XksProxyConfiguration"]
        assert configuration["VpcEndpointServiceName"] == SERVICE
        assert configuration["VpcEndpointServiceOwner"] == server.account
        kms.update_custom_key_store(CustomKeyStoreId=own, XksProxyVpcEndpointServiceOwner="444455556666")
        assert describe(kms, own)["XksProxyConfiguration"]["VpcEndpointServiceOwner"] == "444455556666"

    def test_a_failed_attempt_to_connect_must_be_given_up_first(self, kms, store):
        kms.connect_custom_key_store(CustomKeyStoreId=store)
        entry = describe(kms, store)
        assert entry["ConnectionState"] == "FAILED"
        assert entry["ConnectionErrorCode"] == "XKS_PROXY_NOT_REACHABLE"
        for call in (
            lambda: kms.connect_custom_key_store(CustomKeyStoreId=store),
            lambda: kms.delete_custom_key_store(CustomKeyStoreId=store),
            lambda: kms.update_custom_key_store(CustomKeyStoreId=store, NewCustomKeyStoreName="x"),
            lambda: kms.update_custom_key_store(CustomKeyStoreId=store, XksProxyUriEndpoint="https://x.example"),
        ):
            with refused("CustomKeyStoreInvalidStateException", matching="FAILED"):
                call()
        kms.disconnect_custom_key_store(CustomKeyStoreId=store)
        entry = describe(kms, store)
        assert entry["ConnectionState"] == "DISCONNECTED"
        assert "ConnectionErrorCode" not in entry

    def test_what_is_disconnected_cannot_be_disconnected(self, kms, store):
        with refused("CustomKeyStoreInvalidStateException", matching="DISCONNECTED"):
            kms.disconnect_custom_key_store(CustomKeyStoreId=store)

    def test_a_deleted_store_is_gone_and_its_name_is_free(self, kms, store):
        kms.delete_custom_key_store(CustomKeyStoreId=store)
        assert every(kms) == []
        assert create(kms, "of the test", proxy("test.example")) != store

    def test_answers_without_content_are_empty_objects(self, wire, kms, store):
        for operation in ("ConnectCustomKeyStore", "DisconnectCustomKeyStore", "DeleteCustomKeyStore"):
            assert wire.call(operation, {"CustomKeyStoreId": store}).body == b"{}"

    def test_it_outlives_the_server(self, own_server):
        kms = own_server.client()
        store = create(kms, "kept", proxy("kept.example", service=SERVICE))
        kms.connect_custom_key_store(CustomKeyStoreId=store)
        before = describe(kms, store)
        own_server.restart()
        assert describe(own_server.client(), store) == before

    def test_regions_are_apart(self, server, kms, store):
        other = server.client(region="eu-west-3")
        assert every(other) == []
        with refused("CustomKeyStoreNotFoundException"):
            other.connect_custom_key_store(CustomKeyStoreId=store)
        again = create(other, "of the test", proxy("test.example"))
        other.delete_custom_key_store(CustomKeyStoreId=again)


class TestAbsence:
    CALLS = (
        lambda kms, name: kms.update_custom_key_store(CustomKeyStoreId=name),
        lambda kms, name: kms.delete_custom_key_store(CustomKeyStoreId=name),
        lambda kms, name: kms.connect_custom_key_store(CustomKeyStoreId=name),
        lambda kms, name: kms.disconnect_custom_key_store(CustomKeyStoreId=name),
        lambda kms, name: kms.describe_custom_key_stores(CustomKeyStoreId=name),
        lambda kms, name: kms.describe_custom_key_stores(CustomKeyStoreName=name),
        lambda kms, name: kms.generate_random(NumberOfBytes=1, CustomKeyStoreId=name),
        lambda kms, name: kms.create_key(Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=name, XksKeyId="k"),
        lambda kms, name: kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=name),
    )

    @pytest.mark.parametrize("call", CALLS)
    @pytest.mark.parametrize("name", ("cks-0123456789abcdef0", "x", "OF THE TEST"))
    def test_a_store_that_is_not_there(self, kms, store, call, name):
        with refused("CustomKeyStoreNotFoundException", f"Custom key store '{name}' does not exist."):
            call(kms, name)


class TestUniqueness:
    def test_names(self, kms, store):
        with refused("CustomKeyStoreNameInUseException"):
            create(kms, "of the test", proxy("other.example"))
        other = create(kms, "other", proxy("other.example"))
        with refused("CustomKeyStoreNameInUseException"):
            kms.update_custom_key_store(CustomKeyStoreId=other, NewCustomKeyStoreName="of the test")
        kms.update_custom_key_store(CustomKeyStoreId=store, NewCustomKeyStoreName="of the test")

    def test_addresses(self, kms, store):
        with refused("XksProxyUriInUseException"):
            create(kms, "x", proxy("test.example"))
        with refused("XksProxyUriEndpointInUseException"):
            create(kms, "x", proxy("test.example", path="/x/kms/xks/v1", service=SERVICE))
        create(kms, "shares", proxy("test.example", path="/x/kms/xks/v1"))
        create(kms, "private", proxy("private.example", service=SERVICE))
        with refused("XksProxyUriEndpointInUseException"):
            create(kms, "x", proxy("private.example", path="/x/kms/xks/v1"))
        with refused("XksProxyVpcEndpointServiceInUseException"):
            create(kms, "x", proxy("x.example", service=SERVICE))

    def test_addresses_after_a_change(self, kms, store):
        create(kms, "private", proxy("private.example", service=SERVICE))

        def update(**change):
            kms.update_custom_key_store(CustomKeyStoreId=store, **change)

        with refused("XksProxyUriInUseException"):
            update(XksProxyUriEndpoint="https://private.example")
        with refused("XksProxyUriEndpointInUseException"):
            update(XksProxyUriEndpoint="https://private.example", XksProxyUriPath="/x/kms/xks/v1")
        private = {"XksProxyConnectivity": "VPC_ENDPOINT_SERVICE", "XksProxyVpcEndpointServiceName": SERVICE}
        with refused("XksProxyVpcEndpointServiceInUseException"):
            update(XksProxyUriEndpoint="https://x.example", **private)

    def test_ten_and_no_more(self, kms, store):
        for number in range(9):
            create(kms, f"{number}", proxy(f"{number}.example"))
        with refused("LimitExceededException"):
            create(kms, "too many", proxy("too-many.example"))
        assert len(every(kms)) == 10


class TestUpdates:
    def test_all_that_can_be_changed(self, server, kms, store):
        kms.update_custom_key_store(
            CustomKeyStoreId=store,
            NewCustomKeyStoreName="renamed",
            XksProxyConnectivity="VPC_ENDPOINT_SERVICE",
            XksProxyUriEndpoint="https://private.example",
            XksProxyUriPath="/prefix/kms/xks/v1",
            XksProxyVpcEndpointServiceName=SERVICE,
            XksProxyAuthenticationCredential={"AccessKeyId": ACCESS_KEY[::-1], "RawSecretAccessKey": SECRET},
        )
        entry = describe(kms, store)
        assert entry["CustomKeyStoreName"] == "renamed"
        assert entry["XksProxyConfiguration"] == {
            "Connectivity": "VPC_ENDPOINT_SERVICE",
            "AccessKeyId": ACCESS_KEY[::-1],
            "UriEndpoint": "https://private.example",
            "UriPath": "/prefix/kms/xks/v1",
            "VpcEndpointServiceName": SERVICE,
            "VpcEndpointServiceOwner": server.account,
        }

    def test_a_public_endpoint_gives_the_service_up(self, kms, wire, store):
        private = create(kms, "private", proxy("private.example", service=SERVICE))
        with refused("ValidationException", matching="needs an XksProxyUriEndpoint"):
            kms.update_custom_key_store(CustomKeyStoreId=private, XksProxyConnectivity="PUBLIC_ENDPOINT")
        body = {
            "CustomKeyStoreId": private,
            "XksProxyConnectivity": "PUBLIC_ENDPOINT",
            "XksProxyUriEndpoint": "https://public.example",
            "XksProxyVpcEndpointServiceName": "",
        }
        assert wire.call("UpdateCustomKeyStore", body).status == 200
        configuration = describe(kms, private)["XksProxyConfiguration"]
        assert configuration["Connectivity"] == "PUBLIC_ENDPOINT"
        assert "VpcEndpointServiceName" not in configuration

    @pytest.mark.parametrize(
        "change",
        (
            {"XksProxyVpcEndpointServiceName": SERVICE},
            {"XksProxyVpcEndpointServiceOwner": "444455556666"},
            {"XksProxyConnectivity": "VPC_ENDPOINT_SERVICE", "XksProxyUriEndpoint": "https://x.example"},
            {"KeyStorePassword": "hunter2hunter2"},
            {"CloudHsmClusterId": "cluster-abcdefghi23"},
        ),
    )
    def test_what_does_not_go_together(self, kms, store, change):
        before = describe(kms, store)
        with refused("ValidationException"):
            kms.update_custom_key_store(CustomKeyStoreId=store, **change)
        assert describe(kms, store) == before


class TestLists:
    def test_pages_are_whole_and_disjoint(self, kms, store):
        made = {store} | {create(kms, f"{number}", proxy(f"{number}.example")) for number in range(4)}
        pages = list(
            kms.get_paginator("describe_custom_key_stores").paginate(PaginationConfig={"PageSize": 2})
        )
        found = [entry["CustomKeyStoreId"] for page in pages for entry in page["CustomKeyStores"]]
        assert found == sorted(made)
        assert [page["Truncated"] for page in pages] == [True, True, False]

    def test_one_by_its_name(self, kms, store):
        create(kms, "another", proxy("another.example"))
        answer = kms.describe_custom_key_stores(CustomKeyStoreName="of the test")
        assert [entry["CustomKeyStoreId"] for entry in answer["CustomKeyStores"]] == [store]
        assert answer["Truncated"] is False

    def test_not_by_both(self, kms, store):
        with refused("ValidationException"):
            kms.describe_custom_key_stores(CustomKeyStoreId=store, CustomKeyStoreName="of the test")

    def test_a_marker_of_nobody(self, kms):
        with refused("InvalidMarkerException"):
            kms.describe_custom_key_stores(Marker="garbage")


class TestClusters:
    @pytest.mark.parametrize("type_", ({}, {"CustomKeyStoreType": "AWS_CLOUDHSM"}))
    def test_none_is_there(self, kms, type_):
        with refused("CloudHsmClusterNotFoundException", matching="cluster-abcdefghi23"):
            create(kms, "hsm", {**CLUSTER, **type_})
        assert every(kms) == []

    @pytest.mark.parametrize("left_out", CLUSTER)
    def test_what_is_required(self, kms, left_out):
        with refused("ValidationException", matching=left_out):
            create(kms, "hsm", {name: value for name, value in CLUSTER.items() if name != left_out})

    def test_what_describes_a_proxy_does_not_fit(self, kms):
        with refused("ValidationException"):
            create(kms, "hsm", {**CLUSTER, "XksProxyUriPath": "/kms/xks/v1"})
        with refused("ValidationException"):
            create(kms, "xks", {**proxy("x.example"), "KeyStorePassword": "hunter2hunter2"})


class TestValidation:
    @pytest.mark.parametrize(
        "member, value, pattern",
        (
            ("XksProxyUriEndpoint", "http://proxy.example", "^https://[a-zA-Z0-9.-]+$"),
            ("XksProxyUriEndpoint", "https://proxy.example:8443", "^https://[a-zA-Z0-9.-]+$"),
            (
                "XksProxyUriPath",
                "/kms/xks/v1/keys",
                r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$",
            ),
            ("CloudHsmClusterId", "cluster-1111111111111", "cluster-[2-7a-zA-Z]{11,16}"),
        ),
    )
    def test_patterns(self, kms, member, value, pattern):
        path = member[0].lower() + member[1:]
        text = invalid(
            f"Value '{value}' at '{path}' failed to satisfy constraint:",
            f"Member must satisfy regular expression pattern: {pattern}",
        )
        with refused("ValidationException", text):
            create(kms, "x", proxy("x.example", **{member: value}))

    def test_secrets_are_not_repeated(self, kms, wire):
        for member, value in (("RawSecretAccessKey", "-" * 43), ("AccessKeyId", "lower-case-letters-x")):
            described = proxy("x.example")
            credential = {**described["XksProxyAuthenticationCredential"], member: value}
            with refused("ValidationException", matching="^1 validation error detected: Value at 'xksProxyAuth") as caught:
                create(kms, "x", {**described, "XksProxyAuthenticationCredential": credential})
            assert value not in str(caught.value)
        reply = wire.call("CreateCustomKeyStore", {"CustomKeyStoreName": "x", "KeyStorePassword": "hunt"})
        assert reply.error == "ValidationException" and "hunt" not in reply.message

    @pytest.mark.parametrize(
        "left_out",
        ("XksProxyConnectivity", "XksProxyUriEndpoint", "XksProxyUriPath", "XksProxyAuthenticationCredential"),
    )
    def test_what_is_required(self, kms, left_out):
        described = proxy("x.example")
        del described[left_out]
        with refused("ValidationException", matching=left_out):
            create(kms, "x", described)

    def test_an_endpoint_service_exactly_with_its_connectivity(self, kms):
        with refused("ValidationException", matching="needs an XksProxyVpcEndpointServiceName"):
            create(kms, "x", proxy("x.example", XksProxyConnectivity="VPC_ENDPOINT_SERVICE"))
        with refused("ValidationException", matching="not valid with XksProxyConnectivity PUBLIC_ENDPOINT"):
            create(kms, "x", proxy("x.example", XksProxyVpcEndpointServiceName=SERVICE))


class TestKeys:
    def test_no_key_is_made_in_a_store_that_is_not_connected(self, kms, store):
        before = len(kms.list_keys(Limit=1000)["Keys"])
        arguments = {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "k"}
        with refused("CustomKeyStoreInvalidStateException", matching="DISCONNECTED"):
            kms.create_key(**arguments)
        kms.connect_custom_key_store(CustomKeyStoreId=store)
        with refused("CustomKeyStoreInvalidStateException", matching="FAILED"):
            kms.create_key(**arguments)
        assert len(kms.list_keys(Limit=1000)["Keys"]) == before

    def test_a_store_of_another_type(self, kms, store):
        with refused("UnsupportedOperationException"):
            kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)
        with refused("UnsupportedOperationException"):
            kms.generate_random(NumberOfBytes=16, CustomKeyStoreId=store)

    @pytest.mark.parametrize(
        "arguments",
        (
            {"CustomKeyStoreId": "cks-x"},
            {"XksKeyId": "k"},
            {"Origin": "AWS_CLOUDHSM"},
            {"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": "cks-x", "XksKeyId": "k"},
            {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": "cks-x"},
            {"Origin": "EXTERNAL_KEY_STORE", "XksKeyId": "k"},
        ),
    )
    def test_what_does_not_go_together(self, kms, arguments):
        with refused("ValidationException"):
            kms.create_key(**arguments)


def test_no_secret_reaches_the_disk_in_the_clear(own_server):
    kms = own_server.client()
    store = create(kms, "x", proxy("x.example"))
    kms.update_custom_key_store(
        CustomKeyStoreId=store,
        XksProxyAuthenticationCredential={"AccessKeyId": ACCESS_KEY, "RawSecretAccessKey": SECRET[::-1]},
    )
    with refused("CloudHsmClusterNotFoundException"):
        create(kms, "hsm", CLUSTER)
    assert SECRET not in str(kms.describe_custom_key_stores())
    own_server.stop()
    kept = [path for path in own_server.directory.rglob("*") if path.is_file()]
    assert any(path.suffix == ".jsonl" for path in kept)
    for path in kept:
        content = path.read_bytes()
        for secret in (SECRET, SECRET[::-1], CLUSTER["KeyStorePassword"]):
            assert secret.encode() not in content, path
        if path.suffix == ".jsonl":
            assert ACCESS_KEY.encode() not in content
