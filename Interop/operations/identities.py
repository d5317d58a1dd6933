"""The operations of IAM: how to ask for each and what it needs, by "Actions, resources, and condition keys for AWS IAM"."""

from .identity_bench import PATH, READS, WRITES
from .row import Right, Row

TAGS = [{"Key": "c", "Value": "d"}]


def _row(name, on, request, **more):
    """An operation with one right of its own name, on what the attributes `on` of the bench are."""
    action = "iam:" + name.split(" ")[0]
    places = on if isinstance(on, tuple) else (on,)
    return Row(name, request, tuple(Right(action, place) for place in places), **more)


def _making(kind, on, request, tagging):
    """An operation that makes something; with tags it needs the right to tag too."""
    name = f"Create{kind}"
    plain = _row(name, on, request, changes=(on.split("_")[1],))
    tagged = Row(
        f"{name} with tags",
        lambda b: dict(**request(b), Tags=TAGS),
        (Right(f"iam:{name}", on), Right(f"iam:{tagging}", on)),
        changes=plain.changes,
    )
    return plain, tagged


def _tags(kind, on, named):
    """`named` makes the parameters that say which."""
    view = (on.split("_")[0],)
    return (
        _row(f"Tag{kind}", on, lambda b: dict(**named(b), Tags=TAGS), changes=view),
        _row(f"Untag{kind}", on, lambda b: dict(**named(b), TagKeys=["a"]), changes=view),
        _row(f"List{kind}Tags", on, named),
    )


def _carried(kind):
    """Policies of a user, group or role: those that are part of it and those that it has in common with others."""
    small = kind.lower()
    on, view = f"{small}_arn", (small,)

    def named(b):
        return {f"{kind}Name": getattr(b, small)}

    def inline(b):
        return dict(**named(b), PolicyName="inline")

    def attached(b):
        return dict(**named(b), PolicyArn=b.policy)

    def put(b):
        b.do(f"Put{kind}Policy", **inline(b), PolicyDocument=READS)

    def attach(b):
        b.do(f"Attach{kind}Policy", **attached(b))

    return (
        _row(f"Put{kind}Policy", on, lambda b: dict(**inline(b), PolicyDocument=READS), changes=view),
        _row(f"Get{kind}Policy", on, inline, ready=put),
        _row(f"Delete{kind}Policy", on, inline, ready=put, changes=view),
        _row(f"List{kind}Policies", on, named),
        _row(f"Attach{kind}Policy", on, attached, changes=view),
        _row(f"Detach{kind}Policy", on, attached, ready=attach, changes=view),
        _row(f"ListAttached{kind}Policies", on, named),
    )


def _boundaries(kind):
    small = kind.lower()
    on, view = f"{small}_arn", (small,)

    def named(b):
        return {f"{kind}Name": getattr(b, small)}

    def bounded(b):
        return dict(**named(b), PermissionsBoundary=b.policy)

    def put(b):
        b.do(f"Put{kind}PermissionsBoundary", **bounded(b))

    return (
        _row(f"Put{kind}PermissionsBoundary", on, bounded, changes=view),
        _row(f"Delete{kind}PermissionsBoundary", on, named, ready=put, changes=view),
    )


def _user(b):
    return dict(UserName=b.user)


def _group(b):
    return dict(GroupName=b.group)


def _role(b):
    return dict(RoleName=b.role)


def _policy(b):
    return dict(PolicyArn=b.policy)


def _provider(b):
    return dict(OpenIDConnectProviderArn=b.provider)


def _member(b):
    return dict(UserName=b.user, GroupName=b.group)


def _key(b):
    return dict(UserName=b.user, AccessKeyId=b.access_key)


USERS = (
    *_making("User", "new_user_arn", lambda b: dict(UserName=b.new_user, Path=PATH), "TagUser"),
    _row("GetUser", "user_arn", _user),
    _row("ListUsers", "*", lambda b: {}),
    # A right to what it is called before, and one to what it is called then.
    _row(
        "UpdateUser",
        ("user_arn", "new_user_arn"),
        lambda b: dict(UserName=b.user, NewUserName=b.new_user),
        changes=("user",),
    ),
    _row("DeleteUser", "user_arn", _user, changes=("user",)),
    *_tags("User", "user_arn", _user),
    *_carried("User"),
    *_boundaries("User"),
    _row("ListGroupsForUser", "user_arn", _user),
    _row("CreateAccessKey", "user_arn", _user, changes=("keys",)),
    _row("ListAccessKeys", "user_arn", _user),
    _row("UpdateAccessKey", "user_arn", lambda b: dict(**_key(b), Status="Inactive"), changes=("keys",)),
    _row("DeleteAccessKey", "user_arn", _key, changes=("keys",)),
    _row("GetAccessKeyLastUsed", "user_arn", lambda b: dict(AccessKeyId=b.access_key)),
    _row("GetLoginProfile", "user_arn", _user, code="NoSuchEntity"),
    _row("DeleteLoginProfile", "user_arn", _user, code="NoSuchEntity"),
    _row("ListMFADevices", "user_arn", _user),
    _row("ListSSHPublicKeys", "user_arn", _user),
    _row("ListServiceSpecificCredentials", "user_arn", _user),
    _row("ListSigningCertificates", "user_arn", _user),
    _row("ListVirtualMFADevices", "*", lambda b: {}),
)

GROUPS = (
    _row("CreateGroup", "new_group_arn", lambda b: dict(GroupName=b.new_group, Path=PATH), changes=("group",)),
    _row("GetGroup", "group_arn", _group),
    _row("ListGroups", "*", lambda b: {}),
    _row(
        "UpdateGroup",
        ("group_arn", "new_group_arn"),
        lambda b: dict(GroupName=b.group, NewGroupName=b.new_group),
        changes=("group",),
    ),
    _row("DeleteGroup", "group_arn", _group, changes=("group",)),
    _row("AddUserToGroup", "group_arn", _member, changes=("user",)),
    _row(
        "RemoveUserFromGroup",
        "group_arn",
        _member,
        ready=lambda b: b.do("AddUserToGroup", **_member(b)),
        changes=("user",),
    ),
    *_carried("Group"),
)

ROLES = (
    *_making(
        "Role",
        "new_role_arn",
        lambda b: dict(RoleName=b.new_role, Path=PATH, AssumeRolePolicyDocument=b.trust),
        "TagRole",
    ),
    _row("GetRole", "role_arn", _role),
    _row("ListRoles", "*", lambda b: {}),
    # Its longest session, which the view of the account doesn't show.
    _row("UpdateRole", "role_arn", lambda b: dict(**_role(b), MaxSessionDuration=7200)),
    _row("UpdateRoleDescription", "role_arn", lambda b: dict(**_role(b), Description="new")),
    _row(
        "UpdateAssumeRolePolicy",
        "role_arn",
        lambda b: dict(**_role(b), PolicyDocument=b.trust.replace("Allow", "Deny")),
        changes=("role",),
    ),
    _row("DeleteRole", "role_arn", _role, changes=("role",)),
    _row("ListInstanceProfilesForRole", "role_arn", _role),
    *_tags("Role", "role_arn", _role),
    *_carried("Role"),
    *_boundaries("Role"),
)

POLICIES = (
    *_making("Policy", "new_policy_arn", lambda b: dict(PolicyName=b.new_policy, Path=PATH, PolicyDocument=READS), "TagPolicy"),
    _row("GetPolicy", "policy", _policy),
    _row("ListPolicies", "*", lambda b: dict(Scope="Local")),
    _row("DeletePolicy", "policy", _policy, changes=("policy",)),
    *_tags("Policy", "policy", _policy),
    _row("CreatePolicyVersion", "policy", lambda b: dict(**_policy(b), PolicyDocument=WRITES), changes=("policy",)),
    _row("GetPolicyVersion", "policy", lambda b: dict(**_policy(b), VersionId="v1")),
    _row("ListPolicyVersions", "policy", _policy),
    _row(
        "SetDefaultPolicyVersion",
        "policy",
        lambda b: dict(**_policy(b), VersionId=b.second_version),
        changes=("policy",),
    ),
    _row(
        "DeletePolicyVersion", "policy", lambda b: dict(**_policy(b), VersionId=b.second_version), changes=("policy",)
    ),
    _row("ListEntitiesForPolicy", "policy", _policy),
)

PROVIDERS = (
    *_making(
        "OpenIDConnectProvider",
        "new_provider_arn",
        lambda b: dict(Url="https://" + b.new_provider, ClientIDList=["one"], ThumbprintList=["a" * 40]),
        "TagOpenIDConnectProvider",
    ),
    _row("GetOpenIDConnectProvider", "provider", _provider),
    _row("ListOpenIDConnectProviders", "*", lambda b: {}),
    _row("DeleteOpenIDConnectProvider", "provider", _provider, changes=("provider",)),
    _row(
        "AddClientIDToOpenIDConnectProvider",
        "provider",
        lambda b: dict(**_provider(b), ClientID="three"),
        changes=("provider",),
    ),
    _row(
        "RemoveClientIDFromOpenIDConnectProvider",
        "provider",
        lambda b: dict(**_provider(b), ClientID="two"),
        changes=("provider",),
    ),
    _row(
        "UpdateOpenIDConnectProviderThumbprint",
        "provider",
        lambda b: dict(**_provider(b), ThumbprintList=["b" * 40]),
        changes=("provider",),
    ),
    *_tags("OpenIDConnectProvider", "provider", _provider),
)

ACCOUNT = (
    _row("GetAccountSummary", "*", lambda b: {}),
    _row("ListAccountAliases", "*", lambda b: {}),
    _row("GetAccountAuthorizationDetails", "*", lambda b: dict(Filter=["Group"])),
    _row("GetContextKeysForCustomPolicy", "*", lambda b: dict(PolicyInputList=[READS])),
    _row("GetContextKeysForPrincipalPolicy", "user_arn", lambda b: dict(PolicySourceArn=b.user_arn)),
    _row("SimulateCustomPolicy", "*", lambda b: dict(PolicyInputList=[READS], ActionNames=["kms:ListKeys"])),
    _row(
        "SimulatePrincipalPolicy",
        "user_arn",
        lambda b: dict(PolicySourceArn=b.user_arn, ActionNames=["kms:ListKeys"]),
    ),
)

ROWS = USERS + GROUPS + ROLES + POLICIES + PROVIDERS + ACCOUNT
