"""A server that stops says goodbye to its KMIP clients, and doesn't wait for those who don't listen."""

import time

from kmip.core.enums import Operation, QueryFunction

from kmip_client import Connection
from kmip_listener import Listener
from kmip_server import House
from ttlv import item

# The server itself waits for a few seconds. For half a message it would wait for thirty.
PROMPTLY = 15


def test_clients_that_do_not_listen_hold_up_no_stop(tmp_path):
    house = House(tmp_path)
    try:
        house.start()
        identity = house.kmip_client()
        silent = [Connection(identity) for _ in range(5)]
        for connection in silent:
            connection.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_OPERATIONS)).done()
        told = Listener(identity)
        told.greet()
        started = time.monotonic()
        house.stop()
        assert time.monotonic() - started < PROMPTLY
        assert told.receive() is None
        for connection in silent:
            assert connection.receive() is None
            connection.close()
    finally:
        house.dispose()
