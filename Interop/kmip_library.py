"""PyKMIP: its clients, with files as a person would write them, and its own tests, which its package for use lacks."""

import configparser
import os
import pathlib
import subprocess
import sys
import tarfile

from kmip.core.enums import KMIPVersion
from kmip.pie.client import ProxyKmipClient
from kmip.services.kmip_client import KMIPProxy

VERSION = "0.11.0"

# Where source packages are kept: with the environment, so that they go when it is made again.
SHELF = pathlib.Path(sys.prefix) / "sdists"

VERSIONS = list(KMIPVersion)


def configured(identity, folder):
    """A folder that is a home directory with PyKMIP's configuration in it."""
    file = pathlib.Path(folder) / ".pykmip" / "pykmip.conf"
    file.parent.mkdir(parents=True, exist_ok=True)
    parser = configparser.ConfigParser()
    parser["client"] = {
        "host": identity.host,
        "port": str(identity.port),
        "certfile": identity.certificate,
        "keyfile": identity.key,
        "ca_certs": identity.authority,
        "cert_reqs": "CERT_REQUIRED",
        "ssl_version": "PROTOCOL_SSLv23",
        "do_handshake_on_connect": "True",
        "suppress_ragged_eofs": "True",
    }
    with open(file, "w") as written:
        parser.write(written)
    return file


def simple_client(file, version=KMIPVersion.KMIP_1_2):
    """The client that people use: one method for each operation."""
    return ProxyKmipClient(config_file=str(file), kmip_version=version)


def full_client(file, version=KMIPVersion.KMIP_1_2):
    """The client below it, which gives structures."""
    return KMIPProxy(config_file=str(file), kmip_version=version)


def source():
    """PyKMIP's source package, fetched from the package index the first time.
    - Returns: its path, or why it can't be had."""
    kept = SHELF / f"pykmip-{VERSION}.tar.gz"
    if not kept.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--no-binary", ":all:", "--dest", str(SHELF), f"PyKMIP=={VERSION}"]
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if run.returncode != 0 or not kept.exists():
            return None, (run.stderr.strip().splitlines() or ["pip said nothing"])[-1]
    return kept, None


def unpacked(package, folder):
    """The package's own folder, unpacked."""
    with tarfile.open(package) as archive:
        archive.extractall(folder, filter="data")
    return pathlib.Path(folder) / f"pykmip-{VERSION}"


def integration_tests(root, home, report):
    """Runs the integration tests of the unpacked package with the configuration in a home directory."""
    command = [sys.executable, "-m", "pytest", "kmip/tests/integration", "-q", "-p", "no:cacheprovider"]
    command += ["-m", "not ignore", "--config", "client", f"--junitxml={report}"]
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(root)}
    return subprocess.run(command, cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
