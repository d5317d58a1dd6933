"""Why operations are refused: the reasons of the specification's own tables, in 1.x (KMIP 1.4 section 11) and in 2.x (the error
handling of each operation), in situations that no published case has."""

import pytest
from kmip.core import enums
from kmip.core.enums import CryptographicAlgorithm, KeyFormatType, ObjectType, Operation, ResultReason

from kmip_client import identifier, key_block, references
from kmip_operations import AES_256, CBC, DERIVE, SIGN, WRAP_AND_UNWRAP, Bench, of_type
from ttlv import Code, Interval, Long, Time, item

NOTHING = identifier("6d2c1e0a-0000-4000-8000-000000000000")
OLD, BETWEEN, NEW = (1, 4), (2, 0), (2, 1)

ITEM_NOT_FOUND = ResultReason.ITEM_NOT_FOUND
OBJECT_NOT_FOUND = ResultReason.OBJECT_NOT_FOUND
INVALID_FIELD = ResultReason.INVALID_FIELD
INVALID_MESSAGE = ResultReason.INVALID_MESSAGE
PERMISSION_DENIED = ResultReason.PERMISSION_DENIED
ILLEGAL_OPERATION = ResultReason.ILLEGAL_OPERATION
CRYPTOGRAPHIC_FAILURE = ResultReason.CRYPTOGRAPHIC_FAILURE
ARCHIVED = ResultReason.OBJECT_ARCHIVED
STATE = ResultReason.WRONG_KEY_LIFECYCLE_STATE
OBJECT_TYPE = ResultReason.INVALID_OBJECT_TYPE
NOT_UNIQUE = ResultReason.NON_UNIQUE_NAME_ATTRIBUTE
NAMESPACE = ResultReason.APPLICATION_NAMESPACE_NOT_SUPPORTED
MASK = ResultReason.INCOMPATIBLE_CRYPTOGRAPHIC_USAGE_MASK

ROWS = []


def row(old, new):
    """A request that is refused, for one reason in 1.4 and another in 2.x; None where a version hasn't the situation."""

    def taken(make):
        ROWS.append((make, old, new))
        return make

    return taken


def asks(bench, operation, *payload):
    return bench.connection.ask(operation, *payload)


def creation(bench, *more, kind=ObjectType.SYMMETRIC_KEY, base=AES_256):
    return asks(bench, Operation.CREATE, of_type(kind), bench.attributes([*base, *more]))


def taken_name(bench):
    name = bench.name()
    creation(bench, name).done()
    return name


NO_DATA = ("ApplicationSpecificInformation", [item("ApplicationNamespace", "unheard-of")])


@row(INVALID_FIELD, OBJECT_TYPE)
def creating_a_certificate(bench):
    return creation(bench, kind=ObjectType.CERTIFICATE)


@row(INVALID_FIELD, ResultReason.INVALID_ATTRIBUTE_VALUE)
def creating_a_key_of_an_impossible_length(bench):
    return creation(bench, base=[AES_256[0], ("CryptographicLength", 100), AES_256[2]])


@row(INVALID_FIELD, NOT_UNIQUE)
def creating_under_a_name_that_is_taken(bench):
    return creation(bench, taken_name(bench))


@row(NAMESPACE, NAMESPACE)
def creating_with_data_that_the_server_would_have_to_make(bench):
    return creation(bench, NO_DATA)


@row(INVALID_FIELD, ResultReason.ATTRIBUTE_READ_ONLY)
def creating_in_a_state(bench):
    return creation(bench, ("State", enums.State.ACTIVE))


@row(ITEM_NOT_FOUND, None)
def creating_from_a_template_that_isnt_there(bench):
    name = item("Name", [item("NameValue", "no such template"), item("NameType", Code(1))])
    (template,) = [bench.attributes(AES_256)]
    return asks(
        bench, Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), item("TemplateAttribute", [name, *template.value])
    )


@row(INVALID_MESSAGE, None)
def creating_a_pair_of_no_algorithm(bench):
    return asks(bench, Operation.CREATE_KEY_PAIR, bench.attributes([("CryptographicLength", 2048)], "Common"))


@row(INVALID_FIELD, NOT_UNIQUE)
def creating_a_pair_under_a_name_that_is_taken(bench):
    return asks(
        bench,
        Operation.CREATE_KEY_PAIR,
        bench.attributes([("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", 2048)], "Common"),
        bench.attributes([("CryptographicUsageMask", 1), taken_name(bench)], "PrivateKey"),
        bench.attributes([("CryptographicUsageMask", 2)], "PublicKey"),
    )


@row(INVALID_FIELD, None)
def registering_another_type_than_the_object_has(bench):
    template = bench.attributes([("CryptographicUsageMask", 12)])
    return asks(bench, Operation.REGISTER, of_type(ObjectType.SYMMETRIC_KEY), template, bench.secret_body())


@row(INVALID_FIELD, NOT_UNIQUE)
def registering_under_a_name_that_is_taken(bench):
    template = bench.attributes([("CryptographicUsageMask", DERIVE), taken_name(bench)])
    return asks(bench, Operation.REGISTER, of_type(ObjectType.SECRET_DATA), template, bench.secret_body())


@row(ITEM_NOT_FOUND, OBJECT_NOT_FOUND)
def replacing_nothing(bench):
    return asks(bench, Operation.REKEY, NOTHING)


@row(PERMISSION_DENIED, OBJECT_TYPE)
def replacing_what_is_no_key(bench):
    return asks(bench, Operation.REKEY, identifier(bench.secret()))


@row(INVALID_MESSAGE, INVALID_MESSAGE)
def replacing_with_an_offset_and_dates(bench):
    dates = bench.attributes([("ActivationDate", Time(5))])
    return asks(bench, Operation.REKEY, identifier(bench.key()), item("Offset", Interval(5)), dates)


@row(ARCHIVED, None)
def replacing_what_is_in_the_archive(bench):
    return asks(bench, Operation.REKEY, identifier(archived(bench)))


@row(PERMISSION_DENIED, OBJECT_TYPE)
def replacing_a_pair_that_is_none(bench):
    return asks(bench, Operation.REKEY_KEY_PAIR, item("PrivateKeyUniqueIdentifier", bench.key()))


def derivation(bench, *bases, length=256, method=enums.DerivationMethod.HMAC, data=b"data", more=()):
    fields = [item("CryptographicParameters", [item("HashingAlgorithm", enums.HashingAlgorithm.SHA_256)])]
    if data is not None:
        fields.append(item("DerivationData", data))
    template = [*AES_256[:1], ("CryptographicLength", length), AES_256[2], *more]
    return asks(
        bench, Operation.DERIVE_KEY, of_type(ObjectType.SYMMETRIC_KEY), *map(identifier, bases),
        item("DerivationMethod", method), item("DerivationParameters", fields), bench.attributes(template),
    )  # fmt: skip


@row(ITEM_NOT_FOUND, OBJECT_NOT_FOUND)
def deriving_from_nothing(bench):
    return derivation(bench, NOTHING.value)


@row(INVALID_FIELD, MASK)
def deriving_from_what_isnt_for_it(bench):
    return derivation(bench, bench.key())


@row(INVALID_FIELD, NOT_UNIQUE)
def deriving_under_a_name_that_is_taken(bench):
    return derivation(bench, bench.key(mask=DERIVE), more=[taken_name(bench)])


@row(CRYPTOGRAPHIC_FAILURE, CRYPTOGRAPHIC_FAILURE)
def deriving_more_than_the_method_gives(bench):
    return derivation(bench, bench.key(mask=DERIVE), length=1 << 12, method=enums.DerivationMethod.HASH)


@row(INVALID_MESSAGE, None)
def deriving_with_data_from_two_places(bench):
    return derivation(bench, bench.key(mask=DERIVE), bench.secret())


# In 2.1's table it is Item Not Found for this operation and for splitting, of all.
@row(ITEM_NOT_FOUND, OBJECT_NOT_FOUND)
def certifying_nothing(bench):
    return asks(bench, Operation.CERTIFY, NOTHING)


@row(PERMISSION_DENIED, OBJECT_TYPE)
def certifying_what_is_no_public_key(bench):
    return asks(bench, Operation.CERTIFY, identifier(bench.key()))


@row(INVALID_FIELD, ResultReason.INVALID_ATTRIBUTE)
def looking_for_an_attribute_that_nobody_knows(bench):
    if bench.version >= (2, 0):
        return asks(bench, Operation.LOCATE, item("Attributes", [item("OperationPolicyName", "default")]))
    unknown = item("Attribute", [item("AttributeName", "Unheard Of"), item("AttributeValue", "x")])
    return asks(bench, Operation.LOCATE, unknown)


@row(PERMISSION_DENIED, MASK)
def checking_for_another_use(bench):
    return asks(bench, Operation.CHECK, identifier(bench.key()), item("CryptographicUsageMask", SIGN))


def wrapped(bench, name, wrapping):
    key = [item("UniqueIdentifier", wrapping)]
    parameters = item("CryptographicParameters", [item("BlockCipherMode", enums.BlockCipherMode.NIST_KEY_WRAP)])
    return asks(
        bench, Operation.GET, identifier(name),
        item("KeyWrappingSpecification", [
            item("WrappingMethod", enums.WrappingMethod.ENCRYPT),
            item("EncryptionKeyInformation", [*key, parameters]),
            item("EncodingOption", enums.EncodingOption.NO_ENCODING),
        ]),
    )  # fmt: skip


@row(ITEM_NOT_FOUND, ResultReason.WRAPPING_OBJECT_NOT_FOUND)
def wrapping_with_nothing(bench):
    return wrapped(bench, bench.key(), NOTHING.value)


@row(PERMISSION_DENIED, MASK)
def wrapping_with_a_key_that_isnt_for_it(bench):
    return wrapped(bench, bench.key(), bench.key())


@row(ResultReason.KEY_FORMAT_TYPE_NOT_SUPPORTED, ResultReason.KEY_FORMAT_TYPE_NOT_SUPPORTED)
def fetching_in_an_impossible_format(bench):
    return asks(bench, Operation.GET, identifier(bench.key()), item("KeyFormatType", KeyFormatType.X_509))


@row(ARCHIVED, ARCHIVED)
def fetching_from_the_archive(bench):
    return asks(bench, Operation.GET, identifier(archived(bench)))


@row(PERMISSION_DENIED, ResultReason.OBJECT_DESTROYED)
def fetching_what_is_destroyed(bench):
    name = identifier(bench.idle_key())
    asks(bench, Operation.DESTROY, name).done()
    return asks(bench, Operation.GET, name)


@row(INVALID_MESSAGE, None)
def asking_twice_for_an_attribute(bench):
    return asks(bench, Operation.GET_ATTRIBUTES, identifier(bench.key()), *references(bench.version, "State", "State"))


@row(PERMISSION_DENIED, ResultReason.READ_ONLY_ATTRIBUTE)
def adding_what_the_server_sets(bench):
    return adding(bench, bench.key(), "State", enums.State.ACTIVE)


@row(PERMISSION_DENIED, None)
def adding_what_such_objects_dont_have(bench):
    return adding(bench, bench.key(), "CertificateType", enums.CertificateType.X_509)


@row(ILLEGAL_OPERATION, ResultReason.ATTRIBUTE_SINGLE_VALUED)
def adding_a_second_value_of_one(bench):
    return adding(bench, bench.key(("ContactInformation", "somebody")), "ContactInformation", "somebody else")


@row(ILLEGAL_OPERATION, NOT_UNIQUE)
def adding_a_name_that_is_taken(bench):
    return adding(bench, bench.key(), *taken_name(bench))


@row(INVALID_FIELD, None)
def adding_at_an_index(bench):
    one = item("Attribute", [item("AttributeName", "Comment"), item("AttributeIndex", 0), item("AttributeValue", "x")])
    return asks(bench, Operation.ADD_ATTRIBUTE, identifier(bench.key()), one)


@row(NAMESPACE, None)
def adding_data_that_the_server_would_have_to_make(bench):
    return adding(bench, bench.key(), *NO_DATA)


def adding(bench, name, *what):
    return asks(bench, Operation.ADD_ATTRIBUTE, identifier(name), bench.attribute(*what))


def modifying(bench, name, *what):
    return asks(bench, Operation.MODIFY_ATTRIBUTE, identifier(name), bench.attribute(*what))


@row(INVALID_FIELD, ResultReason.ATTRIBUTE_NOT_FOUND)
def modifying_what_isnt_there(bench):
    return modifying(bench, bench.key(), "Comment", "x")


@row(PERMISSION_DENIED, ResultReason.ATTRIBUTE_READ_ONLY)
def modifying_what_the_server_sets(bench):
    return modifying(bench, bench.key(), "ObjectType", ObjectType.SECRET_DATA)


@row(ILLEGAL_OPERATION, NOT_UNIQUE)
def modifying_a_name_to_one_that_is_taken(bench):
    return modifying(bench, bench.key(), *taken_name(bench))


@row(ITEM_NOT_FOUND, None)
def modifying_an_index_that_isnt_there(bench):
    value = [item("NameValue", "x"), item("NameType", Code(1))]
    one = item("Attribute", [item("AttributeName", "Name"), item("AttributeIndex", 7), item("AttributeValue", value)])
    return asks(bench, Operation.MODIFY_ATTRIBUTE, identifier(bench.key()), one)


def deleting(bench, what):
    return asks(bench, Operation.DELETE_ATTRIBUTE, identifier(bench.key()), *references(bench.version, what))


@row(PERMISSION_DENIED, ResultReason.ATTRIBUTE_READ_ONLY)
def deleting_what_the_server_sets(bench):
    return deleting(bench, "State")


@row(ITEM_NOT_FOUND, ResultReason.ATTRIBUTE_NOT_FOUND)
def deleting_what_isnt_there(bench):
    return deleting(bench, "ContactInformation")


@row(PERMISSION_DENIED, None)
def leasing_what_is_compromised(bench):
    return asks(bench, Operation.OBTAIN_LEASE, identifier(compromised(bench)))


def allocation(bench, name, *count):
    return asks(bench, Operation.GET_USAGE_ALLOCATION, identifier(name), *count)


ONCE = item("UsageLimitsCount", Long(1))


@row(ILLEGAL_OPERATION, ResultReason.ATTRIBUTE_NOT_FOUND)
def allocating_without_a_limit(bench):
    return allocation(bench, bench.key(), ONCE)


@row(INVALID_MESSAGE, INVALID_MESSAGE)
def allocating_nothing(bench):
    return allocation(bench, bench.key(_limit(5)))


@row(PERMISSION_DENIED, ResultReason.USAGE_LIMIT_EXCEEDED)
def allocating_too_much(bench):
    return allocation(bench, bench.key(_limit(5)), item("UsageLimitsCount", Long(6)))


@row(PERMISSION_DENIED, STATE)
def activating_twice(bench):
    return asks(bench, Operation.ACTIVATE, identifier(bench.key()))


@row(ILLEGAL_OPERATION, None)
def activating_what_has_no_state(bench):
    return asks(bench, Operation.ACTIVATE, identifier(opaque(bench)))


@row(INVALID_FIELD, None)
def revoking_for_no_known_reason(bench):
    why = item("RevocationReason", [item("RevocationReasonCode", Code(99))])
    return asks(bench, Operation.REVOKE, identifier(bench.key()), why)


@row(PERMISSION_DENIED, STATE)
def destroying_what_is_active(bench):
    return asks(bench, Operation.DESTROY, identifier(bench.key()))


@row(PERMISSION_DENIED, ResultReason.OBJECT_DESTROYED)
def destroying_twice(bench):
    name = identifier(bench.idle_key())
    asks(bench, Operation.DESTROY, name).done()
    return asks(bench, Operation.DESTROY, name)


@row(ARCHIVED, ARCHIVED)
def archiving_twice(bench):
    return asks(bench, Operation.ARCHIVE, identifier(archived(bench)))


@row(INVALID_MESSAGE, None)
def validating_nothing(bench):
    return asks(bench, Operation.VALIDATE)


ASKED_FOR = item("AsynchronousCorrelationValue", b"nothing")


@row(ITEM_NOT_FOUND, ResultReason.INVALID_ASYNCHRONOUS_CORRELATION_VALUE)
def polling_nothing(bench):
    return asks(bench, Operation.POLL, ASKED_FOR)


@row(PERMISSION_DENIED, MASK)
def encrypting_with_a_key_that_isnt_for_it(bench):
    return asks(bench, Operation.ENCRYPT, identifier(bench.key(mask=WRAP_AND_UNWRAP)), CBC, item("Data", b"x"))


@row(ARCHIVED, None)
def encrypting_from_the_archive(bench):
    return asks(bench, Operation.ENCRYPT, identifier(archived(bench)), CBC, item("Data", b"x"))


@row(ITEM_NOT_FOUND, ResultReason.INVALID_CORRELATION_VALUE)
def encrypting_more_of_nothing(bench):
    return asks(bench, Operation.ENCRYPT, item("Data", b"x"), item("CorrelationValue", b"nothing"))


@row(ITEM_NOT_FOUND, ResultReason.INVALID_CORRELATION_VALUE)
def hashing_more_of_nothing(bench):
    return asks(bench, Operation.HASH, item("Data", b"x"), item("CorrelationValue", b"nothing"))


@row(CRYPTOGRAPHIC_FAILURE, CRYPTOGRAPHIC_FAILURE)
def decrypting_what_is_no_ciphertext(bench):
    return asks(
        bench, Operation.DECRYPT, identifier(bench.key()), CBC, item("Data", bytes(16)), item("IVCounterNonce", bytes(16))
    )


@row(ITEM_NOT_FOUND, OBJECT_NOT_FOUND)
def splitting_nothing(bench):
    return asks(bench, Operation.CREATE_SPLIT_KEY, *bench.splitting(NOTHING.value))


@row(INVALID_FIELD, None)
def splitting_by_no_known_method(bench):
    parts = [one if one.name != "SplitKeyMethod" else item("SplitKeyMethod", Code(99)) for one in bench.splitting(bench.key())]
    return asks(bench, Operation.CREATE_SPLIT_KEY, *parts)


@row(CRYPTOGRAPHIC_FAILURE, CRYPTOGRAPHIC_FAILURE)
def joining_too_few_parts(bench):
    part = bench.parts()[0]
    return asks(
        bench, Operation.JOIN_SPLIT_KEY, of_type(ObjectType.SYMMETRIC_KEY), identifier(part), bench.attributes(AES_256)
    )


@row(ResultReason.OBJECT_ALREADY_EXISTS, ResultReason.OBJECT_ALREADY_EXISTS)
def importing_what_is_there(bench):
    name = bench.key()
    block = key_block(bytes(32), key_format=KeyFormatType.RAW, algorithm=CryptographicAlgorithm.AES, length=256)
    return asks(
        bench, Operation.IMPORT, identifier(name), of_type(ObjectType.SYMMETRIC_KEY),
        bench.attributes([("CryptographicUsageMask", 12)]), item("SymmetricKey", [block]),
    )  # fmt: skip


# What the situations need


def archived(bench):
    name = bench.key()
    asks(bench, Operation.ARCHIVE, identifier(name)).done()
    return name


def compromised(bench):
    name = bench.key()
    why = item("RevocationReason", [item("RevocationReasonCode", enums.RevocationReasonCode.KEY_COMPROMISE)])
    asks(bench, Operation.REVOKE, identifier(name), why).done()
    return name


def opaque(bench):
    body = item("OpaqueObject", [item("OpaqueDataType", enums.OpaqueDataType.NONE), item("OpaqueDataValue", b"x")])
    made = asks(bench, Operation.REGISTER, of_type(ObjectType.OPAQUE_DATA), bench.attributes([bench.name()]), body)
    return made.done()["UniqueIdentifier"].value


def _limit(total):
    unit = item("UsageLimitsUnit", enums.UsageLimitsUnit.OBJECT)
    return ("UsageLimits", [item("UsageLimitsTotal", Long(total)), item("UsageLimitsCount", Long(total)), unit])


@pytest.fixture(scope="module", params=[OLD, BETWEEN, NEW], ids=["1.4", "2.0", "2.1"])
def bench(request, kmip_client):
    made = Bench(kmip_client, request.param)
    yield made
    made.close()


@pytest.mark.parametrize("make,old,new", ROWS, ids=[make.__name__ for make, *_ in ROWS])
def test_why_it_is_refused(bench, make, old, new):
    reason = old if bench.version == OLD else new
    if bench.version == BETWEEN and reason is STATE:
        reason = PERMISSION_DENIED  # as the cases of the profiles of 2.0 have it
    if reason is None:
        pytest.skip(f"SKIPPED: KMIP {bench.version[0]}.{bench.version[1]} says nothing of it")
    make(bench).refused(reason)
