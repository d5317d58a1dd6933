"""Fixtures of the client suites. One server serves a module, unless a test says that it needs its own."""

import importlib
import os
import sys

os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
for _name in ("AWS_CA_BUNDLE", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL_STS"):
    os.environ.pop(_name, None)

import pytest

import hsm_mode
import outside
from azure_names import resolved
from azure_vaults import Shop
from issuer import Issuer
from kmip_client import Connection
from kmip_server import kmip_house_in
from kmip_vectors import TOOLS
from libraries import newer_libcrypto
from operations.stage import Stage, two_accounts
from server import BINARY, Server, clean_environment
from wire import Wire


def pytest_sessionstart(session):
    if not os.access(BINARY, os.X_OK):
        pytest.exit(f"no server to drive at {BINARY}: build it, or name another in CLAVIGER_BIN", returncode=3)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    hsm_mode.judge(outcome.get_result(), call)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The module's server. It must still be there, and leave politely, when the module is done."""
    with Server(tmp_path_factory.mktemp("server")).serving() as running:
        yield running


@pytest.fixture(scope="session")
def newer_library(tmp_path_factory):
    """The folder of a libcrypto that has the post-quantum algorithms."""
    folder = newer_libcrypto(tmp_path_factory.mktemp("libcrypto"))
    if folder is None:
        pytest.skip("no newer libcrypto: install psycopg-binary, or name a folder in CLAVIGER_NEWER_LIBCRYPTO")
    return folder


@pytest.fixture(scope="module")
def newer_server(tmp_path_factory, newer_library):
    """The module's server on the newer libcrypto."""
    environment = clean_environment(LD_LIBRARY_PATH=newer_library)
    with Server(tmp_path_factory.mktemp("newer"), environment=environment).serving() as running:
        yield running


@pytest.fixture
def own_server(tmp_path):
    """A server for one test, which may stop, kill and restart it."""
    running = Server(tmp_path / "own")
    try:
        yield running.start()
    finally:
        running.dispose()


@pytest.fixture(scope="module")
def kms(server):
    return server.client()


@pytest.fixture(scope="module")
def wire(server):
    with Wire(server) as connection:
        yield connection


@pytest.fixture(scope="module")
def names():
    """While the module runs, the names by which Azure's clients know a server lead to this machine."""
    with resolved():
        yield


@pytest.fixture(scope="module")
def shop(server, names):
    """Who may do everything in the vaults of the module's server."""
    return Shop(server)


@pytest.fixture(scope="module")
def issuer():
    """Somebody who issues tokens; whether a server believes them is the module's to say."""
    with Issuer() as running:
        yield running


@pytest.fixture(scope="module")
def replayer():
    """The replayer of KMIP's published cases, as a module."""
    sys.path.insert(0, str(TOOLS))
    try:
        yield importlib.import_module("replay")
    finally:
        sys.path.remove(str(TOOLS))


@pytest.fixture(scope="session")
def openssl():
    """The command, for what Python's cryptography has no keys of."""
    return outside.OpenSSL()


@pytest.fixture
def key(kms):
    """The metadata of a fresh key."""
    return kms.create_key()["KeyMetadata"]


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """Two accounts and people in them, on the newer libcrypto where there is one."""
    folder = tmp_path_factory.mktemp("stage")
    newer = newer_libcrypto(folder)
    running = two_accounts(folder, **({"LD_LIBRARY_PATH": newer} if newer else {}))
    try:
        stage = Stage(running.start(), has_newer_library=newer is not None)
        yield stage
        stage.close()
        assert running.is_alive(), f"the server died\n{running.log_tail()}"
        running.stop()
    finally:
        running.dispose()


@pytest.fixture
def row(request, stage):
    """A row of the table of operations."""
    if request.param.needs_newer_library and not stage.has_newer_library:
        pytest.skip("comes with a newer libcrypto")
    return request.param


@pytest.fixture(scope="module")
def kmip_house(tmp_path_factory):
    """The module's server that speaks KMIP."""
    with kmip_house_in(tmp_path_factory.mktemp("kmip")) as running:
        yield running


@pytest.fixture(scope="module")
def kmip_client(kmip_house):
    """A client of the module's server, as which everything may be done that clients do."""
    return kmip_house.kmip_client()


@pytest.fixture
def kmip(kmip_client):
    """A connection of that client."""
    with Connection(kmip_client) as connection:
        yield connection
