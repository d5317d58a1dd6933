"""`az` on a folder of its own, in a cloud that a server is."""

import json
import os
import pathlib
import subprocess

from azure_names import authority
from server import PATIENCE, clean_environment

PROGRAM = pathlib.Path(__file__).with_name("az.py")


class Refused(Exception):
    """What `az` said on standard error, and how it ended."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class AzureCommandLine:
    def __init__(self, server, folder):
        self.server = server
        self.folder = folder
        self.commands = set()
        self._environment = clean_environment(
            AZURE_CONFIG_DIR=str(folder / "azure"),
            AZURE_CORE_COLLECT_TELEMETRY="no",
            AZURE_CORE_ONLY_SHOW_ERRORS="yes",
            # Nobody is to be asked whether this authority is one of Microsoft's.
            AZURE_CORE_INSTANCE_DISCOVERY="no",
            REQUESTS_CA_BUNDLE=server.ca_file,
        )

    def __call__(self, command, *arguments, **options):
        """What a command says.
        Options: as on the command line, with low lines for hyphens; a list is several words, True none."""
        words = command.split()
        self.commands.add(command)
        for name, value in options.items():
            words.append("--" + name.replace("_", "-"))
            if value is not True:
                words += map(str, value if isinstance(value, list) else [value])
        answer = subprocess.run(
            [os.environ["CLAVIGER_AZURE_PYTHON"], str(PROGRAM), *words, *map(str, arguments), "--output", "json"],
            env=self._environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if answer.returncode:
            raise Refused(answer.returncode, answer.stderr)
        return json.loads(answer.stdout) if answer.stdout.strip() else None

    def register(self):
        """Makes the server its cloud."""
        self("cloud register", name="claviger", endpoint_resource_manager=authority(self.server) + "/arm")
        self("cloud set", name="claviger")
