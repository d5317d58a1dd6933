"""PyKMIP's server, the open one that KMIP is measured against."""

import socket
import subprocess
import sys
import venv

from kmip_messages import Identity
from processes import ROOT, Process

RELEASE = "0.11.0"
HOME = ROOT / "Benchmarks/.build/pykmip"

# It says nothing when it is ready.
START = """
import sys
from kmip.services.server import KmipServer
server = KmipServer(config_path=sys.argv[1], log_path=sys.argv[2], database_path=sys.argv[3])
server.start()
print("ready", flush=True)
server.serve()
"""

CONFIGURATION = """[server]
hostname=127.0.0.1
port={port}
certificate_path={identity.certificate}
key_path={identity.key}
ca_path={identity.certificate}
auth_suite=TLS1.2
logging_level=CRITICAL
"""


class PyKMIP(Process):
    """Its release, in an environment of its own, with its store in a file and without a log."""

    def __init__(self, folder):
        self.identity = identity = make_identity(folder / "pykmip")
        configuration = folder / "pykmip.conf"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        configuration.write_text(CONFIGURATION.format(port=self.port, identity=identity))
        super().__init__([environment(), "-c", START, configuration, folder / "pykmip.log", folder / "pykmip.database"])


def make_identity(folder):
    """A certificate that the server and its client both take, for it is its own authority."""
    identity = Identity(folder)
    folder.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=bench",
         "-addext", "extendedKeyUsage=clientAuth,serverAuth", "-keyout", identity.key, "-out", identity.certificate],
        check=True, stderr=subprocess.DEVNULL)
    return identity


def environment():
    """The Python that has it, installed the first time."""
    python = HOME / "bin/python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"PyKMIP=={RELEASE}"],
            check=True, stdout=sys.stderr)
    return python
