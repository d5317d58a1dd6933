"""The callers of the oracle's cases as real ones: users, sessions of roles and federated users with exactly the case's policies."""

import itertools
import json

from asking import Credentials

from .documents import allow, document, root, trust
from .stage import ADMINISTRATOR, AWAY, AWAY_ADMINISTRATOR


class Unfit(Exception):
    """The server keeps no such caller: a policy is too large, say."""


class Cast:
    """Names are few and come back with other paths and policies, so whoever has one is changed, or made anew."""

    def __init__(self, asking):
        self.asking = asking
        self._numbers = itertools.count(1)
        self._users = {}
        self._roles = {}

    def do(self, account, operation, **parameters):
        who = AWAY_ADMINISTRATOR if account == AWAY else ADMINISTRATOR
        answer = self.asking.ask(who, operation, parameters)
        if answer.code in ("LimitExceeded", "PackedPolicyTooLarge"):
            raise Unfit(answer.message)
        assert answer.status == 200, f"{operation} {parameters}: {answer}"
        return answer.output

    def act(self, caller, tags):
        """Credentials of a caller as a case has it, with these tags."""
        return {"user": self._user, "role": self._role, "federated": self._federated}[caller["kind"]](caller, tags)

    def _user(self, caller, tags):
        name, credentials = self._bare_user(caller["account"], caller["arn"])
        self._carry("User", caller, name, tags)
        return credentials

    def _federated(self, caller, tags):
        account = caller["account"]
        name, credentials = self._bare_user(account, caller["user"])
        asking = document(allow("sts:GetFederationToken"))
        self.do(account, "PutUserPolicy", UserName=name, PolicyName="p0", PolicyDocument=asking)
        wanted = {"Name": caller["arn"].rpartition("/")[2], **self._limits(caller)}
        answer = self.asking.ask(credentials, "GetFederationToken", wanted)
        assert answer.status == 200, answer
        self._carry("User", caller, name, tags)
        return self._credentials(answer.output)

    def _role(self, caller, tags):
        account = caller["account"]
        path, name = self._place(caller["role"], "role")
        if self._roles.get((account, name), path) != path:
            self._carry("Role", {**caller, "identity": [], "boundary": None}, name, {})
            self.do(account, "DeleteRole", RoleName=name)
            del self._roles[account, name]
        if (account, name) not in self._roles:
            self.do(account, "CreateRole", RoleName=name, Path=path, AssumeRolePolicyDocument=trust(root(account)))
            self._roles[account, name] = path
        self._carry("Role", caller, name, tags)
        session = caller["arn"].rpartition("/")[2]
        begun = self.do(account, "AssumeRole", RoleArn=caller["role"], RoleSessionName=session, **self._limits(caller))
        return self._credentials(begun)

    def _bare_user(self, account, arn):
        """The user's name and access key; without a boundary and with no policy."""
        path, name = self._place(arn, "user")
        if (account, name) not in self._users:
            self.do(account, "CreateUser", UserName=name, Path=path)
            key = self.do(account, "CreateAccessKey", UserName=name)["AccessKey"]
            self._users[account, name] = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        self.do(account, "UpdateUser", UserName=name, NewPath=path)
        bare = {"account": account, "identity": [], "boundary": None}
        self._carry("User", bare, name, {})
        return name, self._users[account, name]

    @staticmethod
    def _place(arn, kind):
        """(path, name)"""
        path, _, name = ("/" + arn.partition(f":{kind}/")[2]).rpartition("/")
        return path + "/", name

    @staticmethod
    def _credentials(begun):
        told = begun["Credentials"]
        return Credentials(told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"])

    def _carry(self, kind, caller, name, tags):
        """These policies, this boundary and these tags, and no others."""
        account, named = caller["account"], {f"{kind}Name": name}
        for old in self.do(account, f"List{kind}Policies", **named)["PolicyNames"]:
            self.do(account, f"Delete{kind}Policy", **named, PolicyName=old)
        for number, policy in enumerate(caller["identity"]):
            text = json.dumps(policy)
            self.do(account, f"Put{kind}Policy", **named, PolicyName=f"p{number}", PolicyDocument=text)
        if "PermissionsBoundary" in self.do(account, f"Get{kind}", **named)[kind]:
            self.do(account, f"Delete{kind}PermissionsBoundary", **named)
        if caller["boundary"] is not None:
            arn = self._policy(account, caller["boundary"])
            self.do(account, f"Put{kind}PermissionsBoundary", **named, PermissionsBoundary=arn)
        there = [tag["Key"] for tag in self.do(account, f"List{kind}Tags", **named)["Tags"]]
        if there:
            self.do(account, f"Untag{kind}", **named, TagKeys=there)
        if tags:
            self.do(account, f"Tag{kind}", **named, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])

    def _limits(self, caller):
        """The session policies: one goes with the call, the others stand by themselves."""
        if caller["session"] is None:
            return {}
        first, *others = caller["session"]
        arns = [{"arn": self._policy(caller["account"], policy)} for policy in others]
        return {"Policy": json.dumps(first), **({"PolicyArns": arns} if arns else {})}

    def _policy(self, account, policy):
        name = f"p-{next(self._numbers)}"
        made = self.do(account, "CreatePolicy", PolicyName=name, PolicyDocument=json.dumps(policy))
        return made["Policy"]["Arn"]
