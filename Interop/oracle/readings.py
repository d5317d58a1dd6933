"""How the documentation was read where it is silent, where its pages contradict each other, or where it surprises.

Each field is one such reading, on as the evaluator judges by default; the other value is the reading that somebody else may
have chosen. A disagreement with another judge that goes away when a field is turned is a matter of that reading, and not of a
mistake. Where two readings were open, the default is the one that allows less.

Settled without a field, because no case could tell the readings apart or because the other one is dangerous:

* A Deny that names an account, a role or a user denies everyone of the account, every session of the role, and the user's
  federated sessions too.
* The root user of another account: the key policy has to allow the account. It needs no identity policy, as it has full access
  in its account.
* Several session policies: what any of them allows, as for any set of policies of one kind ("Policies and permissions in IAM").
* A federated session's boundary and identity policies are those of the user who asked for it.
* Account operations and aliases: identity policies within boundary and session policies; never across accounts.
* Constraints of a grant aren't applied to operations that have no encryption context ("GrantConstraints"). CreateGrant counts
  as such: what it may pass on is another check.
* RetireGrant by an identity policy: the page says that the permission alone isn't enough, and also that an account which may
  retire can delegate that to its principals by such a policy. Here it is a delegation and nothing more: it lets retire what the
  principal's own account may retire, and no other grant. The cases have no grants made by accounts, so both come out the same.
* A variable in Numeric, Date, Bool, Binary, IP or Null conditions, or before an ARN's fifth colon, isn't replaced. The pages on
  variables and on operators differ for Bool.
* A multivalued key has no value as a variable, whether the request has one value of it or several.
* Values that don't parse as the operator's type match nothing; a negated operator is then true.
* ARN operators match nothing that hasn't six parts.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Readings:
    """One choice for each open question. The comment names the page and the doubt."""

    # "IAM JSON policy elements: Condition", "conditions-kms": the name of a tag or of an encryption context pair inside a
    # condition key isn't case-sensitive. Documented, though it surprises.
    names_ignore_case: bool = True

    # "GrantConstraints" (API reference) says that a constraint's names aren't case-sensitive; "Grants" (developer guide)
    # asks for an exact, case-sensitive match and has an example of it.
    grant_names_match_exactly: bool = True

    # "AWS JSON policy elements: Principal": "*" needs no other permission within the account, and boundary and session
    # policies don't limit it when aws:PrincipalArn is in the conditions. Nothing is said of a "*" without that condition.
    star_is_unlimited: bool = True

    # "NotPrincipal": the account, then the role, then the session may be checked, and each is to be listed. The examples
    # list the account beside one user and deny all its other users.
    not_principal_asks_for_all_levels: bool = True

    # "NotPrincipal", "Permissions boundaries": whoever has a boundary is denied, whatever the list says.
    boundary_defeats_not_principal: bool = True

    # "NotPrincipal": with Allow it isn't supported. Older versions let it allow everybody else.
    not_principal_never_allows: bool = True

    # "Variables and tags": a variable without a value "might" make the whole statement invalid. Here: an Allow doesn't
    # apply at all; in a Deny the value matches nothing, so that a negated condition or NotResource still denies.
    missing_variable_voids_allow: bool = True

    # Silent: whether a * that comes out of a variable is a wildcard.
    variable_values_are_literal: bool = True

    # "Resource": an ARN of fewer than six parts gets a * for each that is missing, and a * at the end of a part goes on over
    # colons. Both rules meet in arn:aws:kms:*:key/x. Here only the first holds for it, so that it is no key's.
    short_arn_is_only_completed: bool = True

    # "Single-valued vs. multivalued context keys": several values require a set operator. Without one, here: some value
    # matches, or for a negated operator none does. Otherwise: every value is judged, as by ForAllValues.
    bare_operator_takes_any_value: bool = True

    # The same page defines ForAnyValue by matching; for a negated operator that is: some value is unlike all of the
    # policy's. Otherwise: no value is like one of the policy's.
    any_value_negates_each: bool = True

    # "...IfExists" makes the condition true when the key is absent; "ForAnyValue" makes it false.
    if_exists_beats_any_value: bool = True

    # Older versions take an empty string for an empty set (ForAllValues true, ForAnyValue false); newer don't mention it.
    empty_string_is_a_value: bool = True

    # "GetFederationToken": without session policies the session has no permissions but those of a resource-based policy
    # that names it. "Evaluation logic" mentions a default session policy.
    federation_needs_session_policies: bool = True

    # "Retiring and revoking grants": who is named in the grant needs no kms:RetireGrant, so nor in another account.
    retiring_needs_no_identity_policy: bool = True

    # The same page: kms:RetireGrant isn't effective in a key policy, but can be denied. It doesn't say where.
    key_policy_denies_retiring: bool = True

    # "Condition operators": the policy's value is base64 of the binary value. A request's is text here: base64 as well.
    binary_request_is_base64: bool = True


DOCUMENTED = Readings()


def turned(name):
    """The default readings with the one of this name turned."""
    return dataclasses.replace(DOCUMENTED, **{name: not getattr(DOCUMENTED, name)})


def names():
    return [field.name for field in dataclasses.fields(Readings)]
