"""What `claviger env` prints for KMIP clients is enough to connect, as the user who has the first access key."""

import os
import pathlib
import stat
from types import SimpleNamespace

from kmip.core.enums import CryptographicAlgorithm, CryptographicUsageMask
from kmip.pie.client import ProxyKmipClient

from kmip_library import configured, simple_client

FILES = ("KMIP_CERT", "KMIP_KEY", "KMIP_CA")


def identity(server):
    exports = server.exports
    return SimpleNamespace(
        host=exports["KMIP_HOST"],
        port=int(exports["KMIP_PORT"]),
        certificate=exports["KMIP_CERT"],
        key=exports["KMIP_KEY"],
        authority=exports["KMIP_CA"],
    )


def client(server, folder):
    return simple_client(configured(identity(server), folder))


def make_key(library):
    usage = [CryptographicUsageMask.ENCRYPT, CryptographicUsageMask.DECRYPT]
    return library.create(CryptographicAlgorithm.AES, 256, cryptographic_usage_mask=usage)


def test_the_printed_files_open_the_door_and_only_their_owner_reads_them(server, tmp_path):
    for name in FILES:
        assert stat.S_IMODE(os.stat(server.exports[name]).st_mode) == 0o600
    with client(server, tmp_path) as library:
        made = make_key(library)
        assert len(library.get(made).value) == 32
        library.destroy(made)


def test_the_configuration_beside_them_is_ready_for_pykmip(server):
    ready = pathlib.Path(server.exports["KMIP_CERT"]).with_name("pykmip.conf")
    with ProxyKmipClient(config_file=str(ready)) as library:
        library.destroy(make_key(library))


def test_what_is_made_is_the_account_s_and_found_over_aws(server, kms, tmp_path):
    with client(server, tmp_path) as library:
        made = make_key(library)
        try:
            found = kms.describe_key(KeyId=made)["KeyMetadata"]
            assert found["AWSAccountId"] == server.account
            who = library.get_attributes(made)[0]
            assert who == made
        finally:
            library.destroy(made)


def test_they_last_from_start_to_start_and_are_made_anew_when_they_are_gone(own_server, tmp_path):
    certificate = pathlib.Path(own_server.exports["KMIP_CERT"])
    first = certificate.read_bytes()
    with client(own_server, tmp_path / "one") as library:
        made = make_key(library)
    own_server.restart()
    assert certificate.read_bytes() == first
    with client(own_server, tmp_path / "two") as library:
        library.get(made)
    certificate.unlink()
    own_server.restart()
    assert certificate.read_bytes() != first
    with client(own_server, tmp_path / "three") as library:
        library.get(made)


def test_without_the_listener_nothing_is_printed(own_server):
    own_server.stop()
    own_server.kmip_listen = "off"
    own_server.start()
    assert not [name for name in own_server.exports if "KMIP" in name]
