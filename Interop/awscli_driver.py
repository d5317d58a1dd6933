"""The AWS command line, on a folder of its own."""

import json
import os
import subprocess
import sys

from server import PATIENCE

AWS = os.path.join(os.path.dirname(sys.executable), "aws")


class CommandLine:
    def __init__(self, server, folder, service="kms"):
        self.server = server
        self.folder = folder
        self.service = service

    def run(self, *arguments, tls=False, stdin=None):
        endpoint = self.server.tls_endpoint if tls else self.server.endpoint
        extra = {"AWS_CA_BUNDLE": self.server.ca_file} if tls else {}
        return subprocess.run(
            [AWS, self.service, *arguments, "--endpoint-url", endpoint, "--output", "json"],
            env=self.server.client_environment(**extra),
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            timeout=PATIENCE,
        )

    def __call__(self, *arguments, **options):
        answer = self.run(*arguments, **options)
        assert answer.returncode == 0, answer.stderr.decode()
        return json.loads(answer.stdout) if answer.stdout.strip() else None

    def refusal(self, *arguments):
        answer = self.run(*arguments)
        assert answer.returncode != 0, answer.stdout
        return answer.stderr.decode()
