"""Who may do what: every operation of every door, from the table of operations, by every way to get or to lack a right.

A refusal is `AccessDenied`, says what was missing in AWS's words, and leaves everything as it was."""

from operations import FREE, ON_KEYS, WITH_RIGHTS
from operations.documents import EVERYTHING, allow, allow_all_but, by, deny
from operations.key_bench import grant_operations
from operations.rights import admit, all_but, each, exactly, give, says

ON_A_KEY = [row for row in ON_KEYS if row.on_keys]
BY_SESSIONS = [row for row in WITH_RIGHTS if row.by_sessions]


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
        places = {right.on for right in row.on_keys} - {"replica_arn"}

        def grant(bench):
            for on in places:
                give(stage, bench, on, grant_operations(row.kind))

        bench = stage.fresh(row, grant)
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
