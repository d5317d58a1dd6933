"""TLS with the server's private CA."""

import http.client
import os
import socket
import ssl
import stat
import urllib.parse
import warnings

import botocore.exceptions
import pytest

from outside import self_signed
from server import PATIENCE
from wire import Wire


@pytest.fixture(scope="module")
def stranger_ca(tmp_path_factory):
    """A CA that has nothing to do with the server."""
    path = tmp_path_factory.mktemp("ca") / "stranger.pem"
    path.write_text(ssl.DER_cert_to_PEM_cert(self_signed(common_name="A stranger", is_authority=True)))
    return str(path)


def test_boto3_trusts_the_private_ca_and_works(server):
    kms = server.client(tls=True)
    key = kms.create_key()["KeyMetadata"]
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"over TLS")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"over TLS"


def test_http_and_https_are_doors_of_one_house(server, kms):
    key = kms.create_key()["KeyMetadata"]
    assert server.client(tls=True).describe_key(KeyId=key["Arn"])["KeyMetadata"] == key


def test_a_client_that_trusts_another_ca_refuses_the_server(server, stranger_ca):
    with pytest.raises(botocore.exceptions.SSLError):
        server.client(tls=True, verify=stranger_ca).list_keys()


def test_a_client_that_trusts_the_public_cas_refuses_the_server(server):
    with pytest.raises(botocore.exceptions.SSLError):
        server.client(tls=True, verify=True).list_keys()


def test_the_certificate_is_for_this_host_only(server):
    url = urllib.parse.urlsplit(server.tls_endpoint)
    context = ssl.create_default_context(cafile=server.ca_file)
    with pytest.raises(ssl.SSLCertVerificationError):
        with ssl.create_default_context(cafile=server.ca_file).wrap_socket(
            connected(url), server_hostname="kms.example.com"
        ):
            pass
    with context.wrap_socket(connected(url), server_hostname=url.hostname) as secured:
        assert secured.version() in ("TLSv1.2", "TLSv1.3")


def connected(url):
    return socket.create_connection((url.hostname, url.port), timeout=PATIENCE)


def test_old_versions_of_tls_are_refused(server):
    url = urllib.parse.urlsplit(server.tls_endpoint)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(server.ca_file)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        with context.wrap_socket(connected(url), server_hostname=url.hostname):
            pass


def test_plain_http_on_the_tls_port_gets_no_service(server):
    url = urllib.parse.urlsplit(server.tls_endpoint)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=PATIENCE)
    try:
        connection.request("POST", "/", body=b"{}")
        assert connection.getresponse().status >= 400
    except (http.client.HTTPException, OSError):
        pass
    finally:
        connection.close()
    with Wire(server, tls=True) as wire:
        assert wire.call("ListKeys", {}).status == 200


def test_a_connection_is_kept_for_many_requests(server):
    with Wire(server, tls=True) as wire:
        assert wire.call("ListKeys", {}).status == 200
        first = wire.connection.sock
        for _ in range(20):
            assert wire.call("GenerateRandom", {"NumberOfBytes": 8}).status == 200
        assert wire.connection.sock is first


def test_private_files_are_private(server):
    """Whatever holds a private key or a secret is for its owner only."""
    for folder, _, names in os.walk(server.data):
        assert stat.S_IMODE(os.stat(folder).st_mode) & 0o077 == 0, folder
        for name in names:
            path = os.path.join(folder, name)
            if stat.S_ISREG(os.stat(path).st_mode) and b"PRIVATE KEY" in open(path, "rb").read(4096):
                assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0, path
