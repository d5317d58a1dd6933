"""A user, a group, a role, a policy and a provider, made by the administrator when a request first asks for one.

The names of all of it have the bench's tag in them, and so have those of what requests make: what has it is the bench's."""

import functools
import uuid

from .documents import allow, document, root, trust

PATH = "/things/"
READS = document(allow("kms:List*"))
WRITES = document(allow("kms:Create*"))


class IdentityBench:
    def __init__(self, asking, row, *, somebody):
        self.do = asking.do
        self.account = asking.server.account
        self.somebody = somebody
        self.tag = uuid.uuid4().hex[:16]
        self.by_arn = False

    def _arn(self, kind, name):
        return f"arn:aws:iam::{self.account}:{kind}{PATH}{name}"

    # What there is

    @functools.cached_property
    def user(self):
        name = f"user-{self.tag}"
        self.do("CreateUser", UserName=name, Path=PATH, Tags=[{"Key": "a", "Value": "b"}])
        return name

    @functools.cached_property
    def group(self):
        name = f"group-{self.tag}"
        self.do("CreateGroup", GroupName=name, Path=PATH)
        return name

    @functools.cached_property
    def role(self):
        name = f"role-{self.tag}"
        self.do(
            "CreateRole",
            RoleName=name,
            Path=PATH,
            AssumeRolePolicyDocument=self.trust,
            Tags=[{"Key": "a", "Value": "b"}],
        )
        return name

    @property
    def trust(self):
        """Whoever the account's policies let act as the role."""
        return trust(root(self.account))

    @functools.cached_property
    def policy(self):
        """The ARN of one with a second version, which isn't in force."""
        name = f"policy-{self.tag}"
        tags = [{"Key": "a", "Value": "b"}]
        made = self.do("CreatePolicy", PolicyName=name, Path=PATH, PolicyDocument=READS, Tags=tags)["Policy"]["Arn"]
        assert made == self._arn("policy", name)
        return made

    @functools.cached_property
    def second_version(self):
        return self.do("CreatePolicyVersion", PolicyArn=self.policy, PolicyDocument=WRITES)["PolicyVersion"]["VersionId"]

    @functools.cached_property
    def provider(self):
        """The ARN of one."""
        made = self.do(
            "CreateOpenIDConnectProvider",
            Url=f"https://issuer.example/{self.tag}",
            ClientIDList=["one", "two"],
            ThumbprintList=["a" * 40],
            Tags=[{"Key": "a", "Value": "b"}],
        )
        return made["OpenIDConnectProviderArn"]

    @functools.cached_property
    def access_key(self):
        return self.do("CreateAccessKey", UserName=self.user)["AccessKey"]["AccessKeyId"]

    # What requests make

    new_user = property(lambda self: f"new-user-{self.tag}")
    new_group = property(lambda self: f"new-group-{self.tag}")
    new_role = property(lambda self: f"new-role-{self.tag}")
    new_policy = property(lambda self: f"new-policy-{self.tag}")
    new_provider = property(lambda self: f"issuer.example/new/{self.tag}")

    # What policies call it

    user_arn = property(lambda self: self._arn("user", self.user))
    group_arn = property(lambda self: self._arn("group", self.group))
    role_arn = property(lambda self: self._arn("role", self.role))
    new_user_arn = property(lambda self: self._arn("user", self.new_user))
    new_group_arn = property(lambda self: self._arn("group", self.new_group))
    new_role_arn = property(lambda self: self._arn("role", self.new_role))
    new_policy_arn = property(lambda self: self._arn("policy", self.new_policy))
    new_provider_arn = property(lambda self: f"arn:aws:iam::{self.account}:oidc-provider/{self.new_provider}")
    federated_arn = property(lambda self: f"arn:aws:sts::{self.account}:federated-user/{self.tag}")

    # Views: what somebody would see who may see everything

    def look(self, names):
        return {name: self._see(name) for name in names}

    def _see(self, name):
        if name == "provider":
            return self._see_providers()
        if name == "keys":
            return self.do("ListAccessKeys", UserName=self.user)["AccessKeyMetadata"]
        kind = {"user": "User", "group": "Group", "role": "Role", "policy": "LocalManagedPolicy"}[name]
        told = self.do("GetAccountAuthorizationDetails", Filter=[kind], MaxItems=1000)
        assert not told["IsTruncated"]
        lists = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        seen = [entity for part in lists for entity in told.get(part, []) if self.tag in entity["Arn"]]
        # Only tags of policies aren't in the report.
        tags = [self.do("ListPolicyTags", PolicyArn=entity["Arn"])["Tags"] for entity in seen if name == "policy"]
        return seen + tags

    def _see_providers(self):
        found = self.do("ListOpenIDConnectProviders")["OpenIDConnectProviderList"]
        mine = sorted(entry["Arn"] for entry in found if self.tag in entry["Arn"])
        return [(arn, self.do("GetOpenIDConnectProvider", OpenIDConnectProviderArn=arn)) for arn in mine]
