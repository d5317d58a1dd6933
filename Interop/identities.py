"""Names and policies for suites about identities."""

import itertools
import json

_numbers = itertools.count(1)


def fresh(prefix="x"):
    """A name that no other test of the module has."""
    return f"{prefix}-{next(_numbers)}"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resources="*"):
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def deny(actions, resources="*"):
    return {"Effect": "Deny", "Action": actions, "Resource": resources}


class Member:
    """A user with an access key, and the clients that act as it."""

    def __init__(self, server, iam, *, inline=None):
        self.server = server
        self.name = fresh("member")
        self.arn = iam.create_user(UserName=self.name)["User"]["Arn"]
        if inline is not None:
            iam.put_user_policy(UserName=self.name, PolicyName="inline", PolicyDocument=inline)
        self.key = iam.create_access_key(UserName=self.name)["AccessKey"]

    def client(self, service="kms", **more):
        return self.server.client(
            service, access_key=self.key["AccessKeyId"], secret_key=self.key["SecretAccessKey"], **more
        )
