"""Who may do what: every operation of every door, from the table of operations, by every way to get or to lack a right.

A refusal is `AccessDenied`, says what was missing in AWS's words, and leaves everything as it was."""

import itertools
import uuid

import pytest

from libraries import newer_libcrypto
from operations import FREE, OF_SESSIONS, ON_ACCOUNTS, ON_IDENTITIES, ON_KEYS, WITH_RIGHTS
from operations.documents import EVERYTHING, allow, allow_all_but, by, deny
from operations.key_bench import grant_operations
from operations.key_states import IMPORT_STATES, STATES, of_imported
from operations.stage import Stage, two_accounts

OTHER_REGION = "ap-southeast-2"
ON_A_KEY = [row for row in ON_KEYS if row.on_keys]
BY_SESSIONS = [row for row in WITH_RIGHTS if row.by_sessions]

NOWHERE = {"IDENTITY": "no identity-based policy", "KEY": "no resource-based policy"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("matrix")
    newer = newer_libcrypto(folder)
    running = two_accounts(folder, **({"LD_LIBRARY_PATH": newer} if newer else {}))
    try:
        stage = Stage(running.start())
        stage.has_newer_library = newer is not None
        yield stage
        stage.close()
        assert running.is_alive(), f"the server died\n{running.log_tail()}"
        running.stop()
    finally:
        running.dispose()


@pytest.fixture
def row(request, stage):
    if request.param.needs_newer_library and not stage.has_newer_library:
        pytest.skip("comes with a newer libcrypto")
    return request.param


def each(rows):
    return pytest.mark.parametrize("row", rows, indirect=True, ids=repr)


def exactly(row, bench):
    """Statements for the rights that the row needs, on what it needs them on, and no others."""
    return [allow(right.action, right.resource(bench)) for right in row.rights]


def all_but(row, bench, missing):
    """Statements for every right but one: the others of the same action, and the same action on something else."""
    others = [right.resource(bench) for right in row.rights if right != missing and right.action == missing.action]
    if missing.on != "*":
        others.append(missing.resource(bench)[:-1] + "?!")
    return [allow_all_but(missing.action), *([allow(missing.action, others)] if others else [])]


def says(answer, row, bench, person, words, missing=None):
    """The refusal names the person, the action and the resource, and where the right wasn't."""
    if not row.names_resource and row in ON_KEYS:
        return
    rights = [missing] if missing else row.rights
    assert any(right.action in answer.message for right in rights), answer.message
    assert answer.message.startswith(f"User: {person} is not authorized to perform: "), answer.message
    assert words in answer.message, answer.message
    if row in ON_KEYS and row.names_resource:
        assert any(f"on resource: {right.resource(bench)} " in answer.message for right in rights), answer.message


class TestByIdentityPolicies:
    @each(WITH_RIGHTS)
    def test_without_a_policy_nothing_is_possible(self, stage, row):
        answer = stage.refused(stage.nobody.credentials, row)
        says(answer, row, stage.bench(row), stage.nobody.arn, "because no identity-based policy allows the ")

    @each(WITH_RIGHTS)
    def test_the_rights_that_it_needs_are_enough(self, stage, row):
        bench = stage.usable(row)
        stage.let(stage.caller, *exactly(row, bench))
        stage.done(stage.caller.credentials, row, bench)

    @each(WITH_RIGHTS)
    def test_each_of_them_is_needed(self, stage, row):
        bench = stage.bench(row)
        for missing in row.rights:
            stage.let(stage.caller, *all_but(row, bench, missing))
            answer = stage.refused(stage.caller.credentials, row)
            says(answer, row, bench, stage.caller.arn, "because no identity-based policy allows the ", missing)

    @each(WITH_RIGHTS)
    def test_an_explicit_deny_of_each_wins(self, stage, row):
        bench = stage.bench(row)
        for denied in row.rights:
            stage.let(stage.caller, EVERYTHING, deny(denied.action, denied.resource(bench)))
            answer = stage.refused(stage.caller.credentials, row)
            says(answer, row, bench, stage.caller.arn, "with an explicit deny in an identity-based policy", denied)

    @each(FREE)
    def test_what_is_free_needs_no_policy(self, stage, row):
        stage.done(stage.nobody.credentials, row)


class TestLimits:
    @each(WITH_RIGHTS)
    def test_a_boundary_can_deny(self, stage, row):
        denied = row.rights[0]
        stage.bound(stage.bounded, EVERYTHING, deny(denied.action))
        answer = stage.refused(stage.bounded.credentials, row)
        words = "with an explicit deny in a permissions boundary"
        says(answer, row, stage.bench(row), stage.bounded.arn, words, denied)

    @each(WITH_RIGHTS)
    def test_what_a_boundary_leaves_out_is_not_possible(self, stage, row):
        missing = row.rights[-1]
        stage.bound(stage.bounded, allow_all_but(missing.action))
        answer = stage.refused(stage.bounded.credentials, row)
        says(answer, row, stage.bench(row), stage.bounded.arn, "because no permissions boundary allows the ")

    @each(BY_SESSIONS)
    def test_a_session_policy_can_deny(self, stage, row):
        denied = row.rights[0]
        answer = stage.refused(stage.session(EVERYTHING, deny(denied.action)), row)
        says(answer, row, stage.bench(row), session_of(stage), "with an explicit deny in a session policy", denied)

    @each(BY_SESSIONS)
    def test_what_a_session_policy_leaves_out_is_not_possible(self, stage, row):
        missing = row.rights[-1]
        answer = stage.refused(stage.session(allow_all_but(missing.action)), row)
        says(answer, row, stage.bench(row), session_of(stage), "because no session policy allows the ")

    @each(BY_SESSIONS)
    def test_a_session_may_do_what_its_role_may(self, stage, row):
        stage.done(stage.session(), row)

    @each([row for row in (*WITH_RIGHTS, *FREE) if not row.by_sessions])
    def test_what_takes_long_term_credentials_is_refused_to_sessions(self, stage, row):
        assert "session credentials" in stage.refused(stage.session(), row).message


def session_of(stage):
    return stage.role.replace(":iam:", ":sts:").replace(":role/people/", ":assumed-role/") + "/one"


class TestByKeyPolicies:
    @each(ON_A_KEY)
    def test_a_key_policy_is_enough_where_it_can_be(self, stage, row):
        """Whatever is a right on something else, an alias or the account, is beyond the policy of a key."""
        can = row.by_key_policy and row.on_keys == row.rights
        bench = stage.fresh(row)
        admit(bench, row, stage.caller.arn)
        stage.let(stage.caller, allow("kms:GenerateRandom"))
        (stage.done if can else stage.refused)(stage.caller.credentials, row, bench)

    @each([row for row in ON_A_KEY if row.by_key_policy])
    def test_identity_policies_count_only_where_the_key_policy_says_so(self, stage, row):
        bench = stage.fresh(row)
        for right in row.on_keys:
            bench.allow_by_policy(right)
        stage.let(stage.caller, EVERYTHING)
        answer = stage.refused(stage.caller.credentials, row, bench)
        says(answer, row, bench, stage.caller.arn, "because no resource-based policy allows the ")

    @each([row for row in ON_A_KEY if row.by_key_policy])
    def test_a_key_policy_can_deny(self, stage, row):
        bench = stage.fresh(row)
        for right in row.on_keys:
            bench.allow_by_policy(right, allow("kms:*", **by("*")), deny(right.action, **by(stage.caller.arn)))
        stage.let(stage.caller, EVERYTHING)
        answer = stage.refused(stage.caller.credentials, row, bench)
        says(answer, row, bench, stage.caller.arn, "with an explicit deny in a resource-based policy")


def admit(bench, row, principal):
    """Lets the principal do what the row needs of keys, by the keys' policies."""
    for on, rights in itertools.groupby(sorted(row.on_keys, key=lambda right: right.on), lambda right: right.on):
        rights = list(rights)
        bench.allow_by_policy(rights[0], allow([right.action for right in rights], **by(principal)))


class TestByGrants:
    @each([row for row in ON_A_KEY if row.grants])
    def test_a_grant_of_what_is_needed_is_enough(self, stage, row):
        bench = stage.fresh(row)
        for on, operations in row.grants:
            give(stage, bench, on, operations)
        stage.done(stage.grantee.credentials, row, bench)

    @each([row for row in ON_A_KEY if row.grants])
    def test_a_grant_of_everything_else_is_not(self, stage, row):
        bench = stage.fresh(row)
        (on, (needed, *_)), *others = row.grants
        give(stage, bench, on, [name for name in grant_operations(row.kind) if name != needed])
        for other, operations in others:
            give(stage, bench, other, operations)
        stage.refused(stage.grantee.credentials, row, bench)

    @each([row for row in ON_A_KEY if not row.grants])
    def test_grants_allow_nothing_that_they_do_not_know(self, stage, row):
        bench = stage.fresh(row)
        for on in {right.on for right in row.on_keys} - {"replica_arn"}:
            give(stage, bench, on, grant_operations(row.kind))
        stage.refused(stage.grantee.credentials, row, bench)

    @each([row for row in ON_A_KEY if row.grants])
    def test_a_deny_wins_over_a_grant(self, stage, row):
        bench = stage.fresh(row)
        for on, operations in row.grants:
            give(stage, bench, on, operations)
        try:
            stage.let(stage.grantee, deny(row.rights[0].action))
            answer = stage.refused(stage.grantee.credentials, row, bench)
            says(answer, row, bench, stage.grantee.arn, "with an explicit deny in an identity-based policy")
        finally:
            stage.let(stage.grantee, allow("kms:GenerateRandom"))


def give(stage, bench, on, operations, grantee=None):
    who = grantee or stage.grantee.arn
    stage.do("CreateGrant", KeyId=getattr(bench, on), GranteePrincipal=who, Operations=list(operations))


class TestOtherAccounts:
    @each(ON_A_KEY)
    def test_nothing_without_the_key_policy(self, stage, row):
        """And a key that isn't there is refused in the same words, or names could be guessed."""
        bench = stage.bench(row)
        bench.by_arn = True
        try:
            there = self.of_stranger(stage, row, bench, stage.stranger)
            absent = without(bench, row.request(bench))
            told = stage.asking.ask(stage.stranger.credentials, row.operation, absent)
        finally:
            bench.by_arn = False
        assert (told.status, told.code) == (there.status, there.code)
        assert shape(told.message) == shape(there.message)

    @each([row for row in ON_A_KEY if row.by_key_policy])
    def test_the_key_policy_lets_in_where_aws_documents_it(self, stage, row):
        bench = stage.fresh(row)
        admit(bench, row, stage.stranger.arn)
        bench.by_arn = True
        if row.crosses_accounts:
            stage.done(stage.stranger.credentials, row, bench)
        else:
            self.of_stranger(stage, row, bench, stage.stranger)

    @each([row for row in ON_A_KEY if row.crosses_accounts])
    def test_the_callers_own_account_must_agree(self, stage, row):
        bench = stage.fresh(row)
        admit(bench, row, stage.powerless_stranger.arn)
        bench.by_arn = True
        stage.refused(stage.powerless_stranger.credentials, row, bench)

    @each([row for row in ON_A_KEY if row.grants])
    def test_a_grant_lets_in_like_a_key_policy(self, stage, row):
        bench = stage.fresh(row)
        bench.by_arn = True
        for on, operations in row.grants:
            give(stage, bench, on, operations, stage.stranger.arn)
            give(stage, bench, on, operations, stage.powerless_stranger.arn)
        stage.refused(stage.powerless_stranger.credentials, row, bench)
        stage.done(stage.stranger.credentials, row, bench)

    @each(ON_ACCOUNTS + ON_IDENTITIES)
    def test_nobody_reaches_into_another_account(self, stage, row):
        """Names without an account mean the caller's own. Whatever comes of that, nothing changes here and nothing is told."""
        bench = stage.bench(row)
        before = bench.look(row.changes)
        answer = stage.ask(stage.stranger.credentials, row, bench)
        assert bench.look(row.changes) == before
        assert bench.tag not in str(answer.output.get("Error") or {}).replace(str(row.request(bench)), "") or answer.code
        if "Arn" in str(row.request(bench)) and row.rights[0].on != "*":
            assert answer.code in ("AccessDenied", "NoSuchEntity", "InvalidInput"), answer

    @each([row for row in OF_SESSIONS if row.crosses_accounts])
    def test_a_role_that_does_not_trust_the_account_is_refused(self, stage, row):
        stage.refused(stage.stranger.credentials, row)

    @staticmethod
    def of_stranger(stage, row, bench, stranger):
        """Refused, or nothing of that name in the stranger's own account; and unchanged."""
        before = bench.look(row.changes)
        answer = stage.ask(stranger.credentials, row, bench)
        expected = ("AccessDeniedException",)
        if "AliasName" in row.request(bench):
            expected = ("AccessDeniedException", "NotFoundException")
        assert answer.status == 400 and answer.code in expected, answer
        assert bench.look(row.changes) == before
        return answer


def without(bench, parameters):
    """The same request about keys that aren't there."""
    ids = {bench.id: str(uuid.uuid4())}
    if "other_arn" in vars(bench):
        ids[bench.other_arn.rpartition("/")[2]] = str(uuid.uuid4())
    if bench.id.startswith("mrk-"):
        ids = {name: "mrk-" + uuid.uuid4().hex for name in ids}

    def replaced(value):
        if not isinstance(value, str):
            return value
        for name, other in ids.items():
            value = value.replace(name, other)
        return value

    return {name: replaced(value) for name, value in parameters.items()}


def shape(message):
    """A message without the ids in it."""
    import re

    return re.sub(r"(mrk-)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", "ID", message)


class TestRegions:
    @each([row for row in ON_A_KEY if "Alias" not in row.name and row.name != "Decrypt by its ciphertext"])
    def test_a_key_of_another_region_is_not_found(self, stage, row):
        bench = stage.bench(row)
        bench.by_arn = True
        try:
            request = row.request(bench)
            if "KeyId" not in request and "SourceKeyId" not in request:
                pytest.skip("names no key")
            answer = stage.asking.ask(stage.asking.administrator, row.operation, request, region=OTHER_REGION)
        finally:
            bench.by_arn = False
        assert (answer.status, answer.code) == (400, "NotFoundException"), answer
        assert answer.message == f"Invalid arn {stage.server.region}"

    @each(ON_IDENTITIES)
    def test_identities_are_the_same_in_every_region(self, stage, row):
        stage.refused(stage.nobody.credentials, row, region=OTHER_REGION)
        if not row.changes:
            stage.done(stage.asking.administrator, row, region=OTHER_REGION)


class TestStates:
    @pytest.mark.parametrize("state", STATES[1:])
    @each(ON_A_KEY)
    def test_only_whoever_has_the_right_learns_the_state(self, stage, row, state):
        if row.origin == "EXTERNAL":
            answers = dict(zip(IMPORT_STATES, of_imported(row)))
        else:
            answers = dict(zip(STATES, row.states))
        self.judge(stage, row, state, answers[state])

    @each([row for row in ON_A_KEY if row.origin == "EXTERNAL"])
    def test_nor_that_material_is_missing(self, stage, row):
        self.judge(stage, row, "PendingImport", of_imported(row)[IMPORT_STATES.index("PendingImport")])

    @staticmethod
    def judge(stage, row, state, expected):
        kind = type(stage.bench(row))
        bench = kind(stage.asking, row, somebody=stage.nobody.arn)
        row.request(bench)
        bench.bring_to(state)
        told = stage.refused(stage.nobody.credentials, row, bench)
        usual = stage.refused(stage.nobody.credentials, row)
        assert shape(told.message) == shape(usual.message)
        stage.let(stage.caller, *exactly(row, bench))
        answer = stage.ask(stage.caller.credentials, row, bench)
        if expected is None:
            assert answer.code is None, answer
        else:
            assert (answer.code, answer.message) == (expected[0], expected[1].format(arn=bench.arn))


class TestExpiredSessions:
    """The last, as it moves the server's clock."""

    @pytest.fixture(scope="class")
    @classmethod
    def expired(cls, stage):
        session = stage.session(seconds=900)
        benches = {row: stage.bench(row) for row in (*WITH_RIGHTS, *FREE) if not row.needs_newer_library}
        stage.server.advance_clock(901)
        assert benches
        return session

    @each((*WITH_RIGHTS, *FREE))
    def test_an_expired_session_may_nothing(self, stage, row, expired):
        bench = stage.bench(row)
        before = bench.look(row.changes)
        answer = stage.ask(expired, row, bench)
        kms = row in ON_KEYS or row in ON_ACCOUNTS
        assert (answer.status, answer.code) == ((400, "ExpiredTokenException") if kms else (403, "ExpiredToken")), answer
        assert answer.message == "The security token included in the request is expired"
        assert bench.look(row.changes) == before
