"""A SoftHSM token of a test's own, and what tells a server about it."""

import os
import pathlib
import subprocess

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
MODULE = next((place for place in MODULES if os.path.exists(place)), None)
# Forwards to another module, and has the token be away, or read-only, when its environment says so.
FAULTS = pathlib.Path(__file__).parent.parent / ".build/debug/libpkcs11-faults.so"
LABEL = "claviger"
PIN = "12345678"


class SoftToken:
    """Lives in a folder; nothing of it is anywhere else."""

    def __init__(self, folder, label=LABEL):
        self.folder = pathlib.Path(folder)
        self.label = label
        self.configuration = self.folder / "softhsm2.conf"
        self.pin_file = self.folder / "pin"

    def make(self):
        assert MODULE, "there is no SoftHSM: Scripts/bootstrap test installs it"
        store = self.folder / "tokens"
        store.mkdir(parents=True, exist_ok=True)
        self.configuration.write_text(
            f"directories.tokendir = {store}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        self.write_pin(PIN)
        self.add(self.label)
        return self

    def add(self, label):
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", PIN],
            env=self._environment(), check=True, capture_output=True,
        )

    def write_pin(self, pin):
        self.pin_file.write_text(pin + "\n")
        self.pin_file.chmod(0o600)

    def settings(self):
        """Environment variables of a server that uses it."""
        return {
            "SOFTHSM2_CONF": str(self.configuration),
            "CLAVIGER_PKCS11_MODULE": MODULE,
            "CLAVIGER_PKCS11_TOKEN": self.label,
            "CLAVIGER_PKCS11_PIN_FILE": str(self.pin_file),
        }

    @property
    def away(self):
        """While there is such a file, servers that use the token `with_faults` don't find it."""
        return self.folder / "away"

    @property
    def dying(self):
        """While there is such a file, servers that use the token `with_faults` are killed once it has made a key for them."""
        return self.folder / "dying"

    def with_faults(self, **changes):
        """The same settings for a token that can be away, or the last that its server sees."""
        assert FAULTS.exists(), "swift build --product pkcs11-faults makes what tokens fail by"
        settings = {
            "CLAVIGER_PKCS11_MODULE": str(FAULTS),
            "PKCS11_FAULTS_MODULE": MODULE,
            "PKCS11_FAULTS_AWAY": str(self.away),
            "PKCS11_FAULTS_DYING": str(self.dying),
        }
        return {**self.settings(), **settings, **changes}

    def keys(self):
        """How many keys of servers are on it: objects, both halves of a pair."""
        return self.tool("--list-objects").count("claviger key ")

    def tool(self, *arguments):
        """What pkcs11-tool prints, logged in."""
        answer = subprocess.run(
            ["pkcs11-tool", "--module", MODULE, "--token-label", self.label, "--login", "--pin", PIN, *arguments],
            env=self._environment(), capture_output=True, text=True, check=True,
        )
        return answer.stdout

    def slots(self):
        """What pkcs11-tool prints of the tokens themselves."""
        answer = subprocess.run(
            ["pkcs11-tool", "--module", MODULE, "--list-token-slots"],
            env=self._environment(), capture_output=True, text=True, check=True,
        )
        return answer.stdout

    def _environment(self):
        return {**os.environ, "SOFTHSM2_CONF": str(self.configuration)}
