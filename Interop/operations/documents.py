"""Policies, as short as they can be written."""

import json

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))


def allow(actions, resources="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions, resources="*", **more):
    return {"Effect": "Deny", "Action": actions, "Resource": resources, **more}


def allow_all_but(action):
    return {"Effect": "Allow", "NotAction": action, "Resource": "*"}


def by(principal):
    """The Principal element of a resource policy."""
    return {"Principal": {"AWS": principal}}


def root(account):
    return f"arn:aws:iam::{account}:root"


def trust(principal, actions=("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")):
    """Lets a principal act as a role, and say what it likes of the session."""
    return document({"Effect": "Allow", "Action": list(actions), **by(principal)})
