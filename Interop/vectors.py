"""Test vectors by others: Wycheproof's from a folder beside the checkout, NIST's and more from the package cryptography_vectors.

Private keys come from wherever a set has them: many a file with public keys only uses a key that another file has whole."""

import base64
import functools
import importlib.util
import json
import os
import pathlib
import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mlkem, rsa

import outside
from server import ROOT

FOLDER = pathlib.Path(os.environ.get("CLAVIGER_VECTORS", ROOT.parent / "shared" / "vectors" / "wycheproof"))

needs_wycheproof = pytest.mark.skipif(
    not (FOLDER / "aes_gcm_test.json").exists(),
    reason=f"SKIPPED: no Wycheproof vectors at {FOLDER}; name their folder in CLAVIGER_VECTORS",
)

# The key of most of Wycheproof's vectors for Ed25519, which earlier editions of the file had whole.
EDWARDS_KEY = bytes.fromhex("add4bb8103785baf9ac534258e8aaf65f5f1adb5ef5f3df19bb80ab989c4d64b")

_ENTRY = re.compile(r"^([A-Za-z][A-Za-z0-9_]*) *= *(.*)$")


def groups(name):
    """The groups of a file of Wycheproof's."""
    return json.loads((FOLDER / f"{name}_test.json").read_text())["testGroups"]


def of_package(*path):
    """The text of a file of cryptography_vectors."""
    folder = pathlib.Path(importlib.util.find_spec("cryptography_vectors").submodule_search_locations[0])
    return folder.joinpath(*path).read_text()


def records(text):
    """NIST's format: yields (section, {name: value}) for each paragraph of `NAME = VALUE` lines under `[section]`s. A
    paragraph also ends where its first name comes again."""
    section, record = "", {}
    for line in [*text.splitlines(), ""]:
        entry = _ENTRY.match(line)
        if entry:
            if entry[1] == next(iter(record), None):
                yield section, record
                record = {}
            record[entry[1]] = entry[2].strip()
            continue
        if not line.strip() and record:
            yield section, record
            record = {}
        if line.startswith("["):
            section = line.strip("[] \r")


def labelled(text):
    """RSA's format: yields (label, bytes) for each run of hexadecimal lines under a `# Label:` line."""
    label, digits = None, ""
    for line in [*text.splitlines(), "#"]:
        if line.startswith("#"):
            if label and digits:
                yield label, bytes.fromhex("0" * (len(digits) % 2) + digits)
            label, digits = line.strip("# :"), ""
        else:
            digits += "".join(line.split())


def curve_key(curve, scalar):
    """PKCS#8 of a private key of a curve."""
    return outside.pkcs8(ec.derive_private_key(scalar, curve))


def rsa_key(n, e, d, p, q):
    """PKCS#8 of a private key of RSA."""
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e, n),
    )
    return outside.pkcs8(numbers.private_key(unsafe_skip_rsa_key_validation=True))


def kem_key(size, seed):
    """PKCS#8 of a seed of ML-KEM. `cryptography` has no ML-KEM-512: there the last byte of the name of ML-KEM-768 is another."""
    if size == 1024:
        return outside.pkcs8(mlkem.MLKEM1024PrivateKey.from_seed_bytes(seed))
    encoded = outside.pkcs8(mlkem.MLKEM768PrivateKey.from_seed_bytes(seed))
    name = bytes.fromhex("0609608648016503040402")
    assert encoded.count(name) == 1
    return encoded.replace(name, name[:-1] + b"\1") if size == 512 else encoded


def read(material):
    """A private key, whose numbers the server is to check: doing it twice takes minutes."""
    return serialization.load_der_private_key(material, None, unsafe_skip_rsa_key_validation=True)


@functools.cache
def private_keys():
    """{SPKI: PKCS#8} of every key pair that Wycheproof's files have whole, and of those of Ed25519's authors."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        if path.name.startswith(("rsa_", "json_web_", "mldsa_")):
            _collect(json.loads(path.read_text()), found)
    for line in of_package("asymmetric", "Ed25519", "sign.input").splitlines():
        _add(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(line[:64])), found)
    _add(ed25519.Ed25519PrivateKey.from_private_bytes(EDWARDS_KEY), found)
    return found


def _collect(node, found):
    if isinstance(node, list):
        for inner in node:
            _collect(inner, found)
    elif isinstance(node, dict):
        _take(node, found)
        for inner in node.values():
            _collect(inner, found)


def _take(node, found):
    """A key pair in PKCS#8 or as a JWK. Some are invalid on purpose, or of a kind that `cryptography` hasn't."""
    try:
        if "privateKeyPkcs8" in node:
            _add(read(bytes.fromhex(node["privateKeyPkcs8"])), found)
        elif node.get("kty") == "RSA" and {"d", "p", "q"} <= set(node):
            numbers = {name: int.from_bytes(base64.urlsafe_b64decode(node[name] + "==")) for name in "nedpq"}
            _add(read(rsa_key(**numbers)), found)
    except (ValueError, TypeError):
        pass


def _add(private, found):
    found.setdefault(outside.spki(private.public_key()), outside.pkcs8(private))
