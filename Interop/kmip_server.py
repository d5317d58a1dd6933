"""The server of the KMIP suites, and clients that it knows."""

import contextlib

from kmip_client import Identity
from server import Server, clean_environment, run_claviger


class House(Server):
    """A server whose clients are made as a person would make them."""

    @property
    def kmip_address(self):
        words = dict(word.split("=", 1) for word in self.ready_line.split() if "=" in word)
        host, port = words["kmip"].rsplit(":", 1)
        return host, int(port)

    def kmip_client(self, name="suite", *, roles=("administrator",)):
        """A client with these ready-made roles, made if it isn't there yet."""
        folder = self.directory / f"kmip-{name}"
        if not folder.exists():
            chosen = [word for role in roles for word in ("--role", role)]
            answer = run_claviger("kmip", "client", "add", name, "--out", folder, "--data-dir", self.data, *chosen)
            assert answer.returncode == 0, answer.stderr
        host, port = self.kmip_address
        return Identity(
            host=host,
            port=port,
            certificate=folder / "client.pem",
            key=folder / "client-key.pem",
            authority=folder / "ca.pem",
            https_url=f"{self.tls_endpoint}/kmip",
        )


    def reconfigure(self, settings):
        """Stops, and starts again where clients know it, with other settings: the ends of their variables."""
        host, port = self.kmip_address
        self.kmip_listen = f"{host}:{port}"
        self.environment = {**self.environment, **_variables(settings)}
        self.restart()


def _variables(settings):
    return {f"CLAVIGER_{name}": str(value) for name, value in settings.items()}


@contextlib.contextmanager
def kmip_house_in(folder, **settings):
    """A server that speaks KMIP. It must still be there, and leave politely, in the end.
    - Parameter settings: of its configuration, each named as the end of its variable."""
    running = House(folder, environment=clean_environment(**_variables(settings)))
    try:
        yield running.start()
        assert running.is_alive(), f"the server died\n{running.log_tail()}"
        running.stop()
    finally:
        running.dispose()
