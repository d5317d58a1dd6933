"""Policy documents of one statement, without white space."""

import json


def document(*actions, resource="*", effect="Allow", **further):
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource, **further}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def trust(principal, action="sts:AssumeRole", **further):
    """Lets a principal act as a role."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **further}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


NOBODY = trust({"Service": "ec2.amazonaws.com"})


def padded(bare, characters):
    """The same with so many characters, white space not counted."""
    grown = json.loads(bare)
    grown["Statement"][0]["Sid"] = ""
    missing = characters - len("".join(json.dumps(grown, separators=(",", ":")).split()))
    grown["Statement"][0]["Sid"] = "A" * missing
    return json.dumps(grown, separators=(",", ":"))
