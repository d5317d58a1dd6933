"""The installed service model against the server: whatever is in it is here, or the documentation says why not.

An operation is here if the server doesn't answer that it has none. A word of a request is here if a request in which
everything else is right is neither refused for the word nor called unsupported. Both are asked of a server on the system's
libcrypto and of one on a newer, as some words come with the library."""

import pytest

import model
from attestation import Authority
from probes import BASES, Prober
from server import Server, clean_environment

MODEL = model.service_model()
MEMBERS = model.enumerated(MODEL)
REASONS = model.reasons()


def trusting(folder, **environment):
    """A server that judges attestation documents: without roots for that, it calls `Recipient` unsupported."""
    folder.mkdir()
    (folder / "roots.pem").write_bytes(Authority().root.pem)
    environment["CLAVIGER_ATTESTATION_ROOTS"] = str(folder / "roots.pem")
    with Server(folder / "server", environment=clean_environment(**environment)).serving() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from trusting(tmp_path_factory.mktemp("model") / "plain")


@pytest.fixture(scope="module")
def newer_server(tmp_path_factory, newer_library):
    yield from trusting(tmp_path_factory.mktemp("model") / "newer", LD_LIBRARY_PATH=newer_library)


class Answers:
    """What a server lacks of the model: {(operation or member, word or None): what it said}."""

    def __init__(self, server):
        with Prober(server) as prober:
            self.missing = {
                (name, None): "no such operation" for name in MODEL["operations"] if prober.lacks_operation(name)
            }
            absent = {name for name, _ in self.missing}
            for member in MEMBERS:
                if member.operation in absent:
                    continue
                for value in member.values:
                    told = prober.lacks_word(member, value)
                    if told is not None:
                        self.missing[member.name, value] = told


@pytest.fixture(scope="module")
def plain(server):
    return Answers(server).missing


@pytest.fixture(scope="module")
def newer(newer_server):
    return Answers(newer_server).missing


def unexplained(missing, reasons):
    """What is missing without a reason for it, for the operation, the member or the word."""
    return {key: told for key, told in missing.items() if key not in reasons and (key[0], None) not in reasons}


def as_lines(missing):
    return "\n".join(f"{where} {word or ''}: {told}" for (where, word), told in sorted(missing.items(), key=str))


def test_every_operation_and_every_word_is_here_or_explained(plain):
    missing = unexplained(plain, REASONS)
    assert not missing, as_lines(missing)


def test_so_they_are_on_a_newer_library(newer):
    missing = unexplained(newer, REASONS)
    assert not missing, as_lines(missing)


def test_a_newer_library_takes_nothing_away(plain, newer):
    assert set(newer) <= set(plain)


def test_no_reason_outlives_what_it_explains(plain, newer):
    missing = {**plain, **newer}
    words = {key for key in REASONS if key[1] is not None}
    assert not words - set(missing), "explained, but here"
    for where, word in set(REASONS) - words:
        operation, _, member = where.partition(".")
        assert operation in MODEL["operations"], f"no operation of the model: {where}"
        if member:
            members = MODEL["shapes"][MODEL["operations"][operation]["input"]["shape"]]["members"]
            assert member in members, f"no member of the model: {where}"
        else:
            assert (where, word) in missing, f"explained, but here: {where}"


class TestTheWalkItself:
    """It must be able to fail."""

    def test_it_finds_what_is_deep_in_a_request(self):
        names = {member.name for member in MEMBERS}
        assert {"CreateKey.KeySpec", "CreateGrant.Operations", "Decrypt.Recipient.KeyEncryptionAlgorithm"} <= names
        assert {member.operation for member in MEMBERS} <= set(BASES)

    def test_an_invented_operation_is_missing(self, server):
        with Prober(server) as prober:
            assert prober.lacks_operation("InventKey")
            assert not prober.lacks_operation("ListKeys")
        assert unexplained({("InventKey", None): "no such operation"}, REASONS) != {}

    @pytest.mark.parametrize(
        "name, word",
        [
            ("CreateKey.KeySpec", "RSA_1024"),
            ("CreateGrant.Operations", "Invent"),
            ("Encrypt.EncryptionAlgorithm", "RSAES_PKCS1_V1_5"),
            ("GenerateDataKey.Recipient.KeyEncryptionAlgorithm", "RSAES_OAEP_SHA_1"),
        ],
    )
    def test_an_invented_word_is_missing(self, server, name, word):
        (member,) = [member for member in MEMBERS if member.name == name]
        with Prober(server) as prober:
            assert prober.lacks_word(member, word) is not None
        assert (name, word) in unexplained({(name, word): "not in the set"}, {})

    def test_a_reason_covers_its_word_alone_and_a_member_all_of_its_words(self):
        missing = {("A.B", "ONE"): "", ("A.B", "TWO"): ""}
        assert set(unexplained(missing, {("A.B", "ONE"): "because"})) == {("A.B", "TWO")}
        assert unexplained(missing, {("A.B", None): "because"}) == {}

    def test_a_table_that_cannot_be_read_is_no_table(self):
        table = f"{model.HEADING}\n\n| where | word | why |\n|---|---|---|\n| `A.B` | `ONE` | because |\n"
        assert model.reasons(table) == {("A.B", "ONE"): "because"}
        for spoiled in (table.replace("because", ""), table.replace("`ONE`", "ONE"), table + table.splitlines()[-1]):
            with pytest.raises(AssertionError):
                model.reasons(spoiled)
