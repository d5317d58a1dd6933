"""Bytes on a connection of one's own, where requests that no client would send are sent."""

import re
import socket

from server import PATIENCE


def connected(server):
    host, port = server.endpoint.removeprefix("http://").rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def sendall_unless_closed(raw, data):
    try:
        raw.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def receive(raw, once=False):
    """What the server answers until it closes; with `once`, one answer by its length."""
    answer = b""
    try:
        if not once:
            raw.shutdown(socket.SHUT_WR)
        while True:
            part = raw.recv(65536)
            answer += part
            if not part or (once and is_whole(answer)):
                return answer
    except (ConnectionResetError, BrokenPipeError, OSError) as error:
        assert not isinstance(error, TimeoutError), "the server neither answered nor closed"
        return answer


def is_whole(answer):
    start, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    length = re.search(rb"(?i)^content-length: *(\d+)", start, re.MULTILINE)
    return length is not None and len(body) >= int(length.group(1))


def status(answer):
    match = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    assert match, answer[:200]
    return int(match.group(1))


def serialised(request, host):
    headers = {"Host": host, **request.headers, "Content-Length": str(len(request.body))}
    start = f"POST {request.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return start.encode() + b"\r\n" + request.body
