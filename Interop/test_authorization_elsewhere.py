"""Who may do what from elsewhere: other accounts, other Regions, sessions that are over, and keys in whatever state.

Beside what is refused, it is tried what a refusal gives away: nobody may learn by it whether a key is there or how it is."""

import contextlib
import re
import uuid

import pytest

from operations import FREE, OF_SESSIONS, ON_ACCOUNTS, ON_IDENTITIES, ON_KEYS, WITH_RIGHTS
from operations.documents import trust
from operations.key_bench import KeyBench
from operations.key_states import IMPORT_STATES, STATES, of_imported
from operations.rights import admit, each, exactly, give

OTHER_REGION = "ap-southeast-2"
ON_A_KEY = [row for row in ON_KEYS if row.on_keys]
# Requests that don't name the key itself: by an alias, a ciphertext, a token.
BY_OTHER_NAMES = ("CreateAlias", "UpdateAlias", "DeleteAlias")
BY_WHAT_IT_MADE = ("Decrypt by its ciphertext", "RetireGrant by token")
# Members that are the ARN of something of an account.
NAMED = {"Arn", "PolicyArn", "OpenIDConnectProviderArn", "PolicySourceArn"}


class TestOtherAccounts:
    @each(ON_A_KEY)
    def test_nothing_without_the_key_policy(self, stage, row):
        """And a key that isn't there is refused in the same words, or names could be guessed."""
        bench = stage.bench(row)
        with named_by_arn(bench):
            self.of_stranger(stage, row, bench)
            # Whoever knows a grant of a key knows that the key is there.
            request = {**row.request(bench), **({"GrantId": uuid.uuid4().hex * 2} if "GrantId" in row.request(bench) else {})}
            there = stage.asking.ask(stage.stranger.credentials, row.operation, request)
            absent = stage.asking.ask(stage.stranger.credentials, row.operation, without(bench, request))
        assert (absent.status, absent.code) == (there.status, there.code)
        assert shape(absent.message) == shape(there.message)

    @each([row for row in ON_A_KEY if row.by_key_policy])
    def test_the_key_policy_lets_in_where_aws_documents_it(self, stage, row):
        bench = stage.fresh(row)
        admit(bench, row, stage.stranger.arn)
        bench.by_arn = True
        if row.crosses_accounts:
            stage.done(stage.stranger.credentials, row, bench)
        else:
            self.of_stranger(stage, row, bench)

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
        """Names without an account mean the caller's own. ARNs of another's are refused, as if nothing were there."""
        bench = stage.bench(row)
        before = bench.look(row.changes)
        answer = stage.ask(stage.stranger.credentials, row, bench)
        assert bench.look(row.changes) == before
        if NAMED & set(row.request(bench)):
            assert answer.code in ("AccessDenied", "NoSuchEntity", "InvalidInput"), answer
            absent = {
                name: value.replace(bench.tag, "absent") if name in NAMED else value
                for name, value in row.request(bench).items()
            }
            told = stage.asking.ask(stage.stranger.credentials, row.operation, absent)
            assert (told.status, told.code) == (answer.status, answer.code)
            assert told.message.replace("absent", bench.tag) == answer.message

    @each([row for row in OF_SESSIONS if row.crosses_accounts])
    def test_a_role_lets_in_whom_it_trusts(self, stage, row):
        stage.refused(stage.stranger.credentials, row)
        bench = stage.fresh(row)
        trusted = trust([stage.stranger.arn, stage.powerless_stranger.arn])
        stage.do("UpdateAssumeRolePolicy", RoleName=bench.role, PolicyDocument=trusted)
        stage.done(stage.stranger.credentials, row, bench)
        stage.refused(stage.powerless_stranger.credentials, row, bench)

    @staticmethod
    def of_stranger(stage, row, bench):
        """Refused, or nothing of that name in the stranger's own account; and unchanged."""
        before = bench.look(row.changes)
        answer = stage.ask(stage.stranger.credentials, row, bench)
        expected = ["AccessDeniedException"]
        if "AliasName" in row.request(bench):
            expected.append("NotFoundException")
        assert answer.status == 400 and answer.code in expected, answer
        assert bench.look(row.changes) == before


@contextlib.contextmanager
def named_by_arn(bench):
    """As it has to be named from another account."""
    bench.by_arn = True
    try:
        yield
    finally:
        bench.by_arn = False


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
    return re.sub(r"(mrk-)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", "ID", message)


class TestRegions:
    @each([row for row in ON_A_KEY if row.operation not in BY_OTHER_NAMES and row.name not in BY_WHAT_IT_MADE])
    def test_a_key_of_another_region_is_not_found(self, stage, row):
        bench = stage.bench(row)
        with named_by_arn(bench):
            request = row.request(bench)
        answer = stage.asking.ask(stage.asking.administrator, row.operation, request, region=OTHER_REGION)
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
        bench = KeyBench(stage.asking, row, somebody=stage.nobody.arn)
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
