"""Assertions about AWS errors, with AWS's own words where they are known."""

import contextlib
import re

import botocore.exceptions
import pytest

ANY = object()


@contextlib.contextmanager
def refused(code, message=ANY, *, matching=None, status=400):
    """The call in the block must fail with this code; `message` compares exactly, None means that there is none."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        yield caught
    response = caught.value.response
    assert response["Error"]["Code"] == code, response["Error"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    if message is None:
        assert not response["Error"].get("Message"), response["Error"]
    elif message is not ANY:
        assert response["Error"]["Message"] == message
    if matching is not None:
        assert re.search(matching, response["Error"]["Message"]), response["Error"]


def invalid(*parts):
    """The text of one failed constraint of the service model."""
    return "1 validation error detected: " + " ".join(parts)
