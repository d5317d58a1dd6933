"""Seed files that are refused: in one line for each thing that is wrong, before anything is made or anybody is served."""

import pytest

from seeds import CURVE, FAMILY, FIRST, RANDOM, SYMMETRIC, Material, block, failing, pkcs8
from server import run_claviger


@pytest.fixture(scope="module")
def material():
    return Material()


def test_only_development_servers_take_a_seed(tmp_path):
    assert failing(tmp_path, "keys: []\n", development=False) == [
        "claviger: seed: only a development server (--dev) takes keys from a file"
    ]
    assert not (tmp_path / "data").exists()


ONE_HEX = "00" * 32

REFUSED = [
    ("", "FILE: the file is empty"),
    ("keys: [", "FILE:2: "),
    ("kyes: []\n", "FILE:1: a seed file has no member 'kyes'; it has: accounts, keys"),
    (f"keys:\n  - id: {SYMMETRIC}\n    regoin: eu-west-1\n", "FILE:3: a key has no member 'regoin'; it has: id, account, region, "),
    (f"keys:\n  - id: {SYMMETRIC}\n    id: {RANDOM}\n", "stands more than once"),
    ("keys:\n  - spec: RSA_2048\n", "FILE:2: a key needs 'id'"),
    ("keys:\n  - id: my-key\n", "FILE:2: 'my-key' is no key id"),
    (f"keys:\n  - id: {SYMMETRIC.upper()}\n", "is no key id"),
    (f"keys:\n  - id: {SYMMETRIC}\n  - id: {SYMMETRIC}\n", f"FILE:3: key {SYMMETRIC} of 000000000000 in us-east-1 stands in line 2 already"),
    (f"keys:\n  - id: {SYMMETRIC}\n    spec: AES_256\n", "FILE:3: 'spec' is one of SYMMETRIC_DEFAULT, HMAC_224"),
    (f"keys:\n  - id: {SYMMETRIC}\n    spec: RSA_2048\n", "FILE:2: this key needs 'usage': such keys are for ENCRYPT_DECRYPT and SIGN_VERIFY"),
    (f"keys:\n  - id: {SYMMETRIC}\n    usage: SIGN_VERIFY\n", "FILE:3: such keys are not for 'SIGN_VERIFY' but for ENCRYPT_DECRYPT"),
    (f"keys:\n  - id: {SYMMETRIC}\n    enabled: perhaps\n", "FILE:3: 'enabled' is true or false"),
    (f"keys:\n  - id: {SYMMETRIC}\n    origin: HSM\n", "FILE:3: 'origin' is AWS_KMS or EXTERNAL"),
    (f"keys:\n  - id: {SYMMETRIC}\n    aliases: [app]\n", "FILE:3: 'app' is no alias"),
    (f"keys:\n  - id: {SYMMETRIC}\n    aliases: alias/app\n", "FILE:3: 'aliases' is a list"),
    (
        f"keys:\n  - id: {SYMMETRIC}\n    aliases: [alias/a]\n  - id: {RANDOM}\n    aliases: [alias/a]\n",
        "FILE:5: alias/a of 000000000000 in us-east-1 stands in line 3 already",
    ),
    (f"keys:\n  - id: {SYMMETRIC}\n    account: 1234\n", "FILE:3: '1234' is no account id: it has 12 digits"),
    (f"keys:\n  - id: {SYMMETRIC}\n    region: Paris\n", "FILE:3: 'Paris' is not a Region name such as us-east-1"),
    (f"keys:\n  - id: {SYMMETRIC}\n    replicas: [eu-west-1]\n", "FILE:3: only a key whose id begins with mrk- has replicas"),
    (f"keys:\n  - id: {FAMILY}\n    replicas: [us-east-1]\n", "stands in line 2 already"),
    (f"keys:\n  - id: {SYMMETRIC}\n    rotation: 12\n", "FILE:3: 'rotation' is on, off or a number of days from 90 to 2560"),
    (f"keys:\n  - id: {SYMMETRIC}\n    policy: '{{}}'\n", "FILE:3: the policy is not valid: "),
    (f"keys:\n  - id: {SYMMETRIC}\n    policy: {{file: absent.json}}\n", "FILE:3: cannot read absent.json: No such file or directory"),
    (f"keys:\n  - id: {SYMMETRIC}\n    material: {ONE_HEX}\n", "FILE:3: material has members: hex, base64, pem, file"),
    (f"keys:\n  - id: {SYMMETRIC}\n    material: {{hex: {ONE_HEX[2:]}}}\n", "FILE:3: the material of this key is 32 bytes, as hex digits"),
    (f"keys:\n  - id: {SYMMETRIC}\n    material: {{base64: {ONE_HEX}}}\n", "FILE:3: the material of this key is 32 bytes, as base64"),
    (f"keys:\n  - id: {SYMMETRIC}\n    material: {{hex: {ONE_HEX}, pem: x}}\n", "FILE:3: material is given in one way"),
    (f"keys:\n  - id: {SYMMETRIC}\n    material: {{file: absent}}\n", "FILE:3: cannot read absent: No such file or directory"),
    (f"keys:\n  - id: {CURVE}\n    spec: ECC_NIST_P256\n    usage: SIGN_VERIFY\n    material: {{hex: {ONE_HEX}}}\n", "give it as pem or file"),
    (
        f"keys:\n  - id: {CURVE}\n    spec: ECC_NIST_P256\n    usage: SIGN_VERIFY\n    material:\n      pem: |\n"
        "        -----BEGIN EC PRIVATE KEY-----\n        AAAA\n        -----END EC PRIVATE KEY-----\n",
        "FILE:6: this is PEM of EC PRIVATE KEY, not of PRIVATE KEY (PKCS#8): openssl pkcs8 -topk8 -nocrypt",
    ),
    (
        f"keys:\n  - id: {CURVE}\n    spec: ECC_NIST_P256\n    usage: SIGN_VERIFY\n    material:\n      pem: |\n"
        "        -----BEGIN PUBLIC KEY-----\n        AAAA\n        -----END PUBLIC KEY-----\n",
        "FILE:6: this is PEM of PUBLIC KEY",
    ),
    (
        f"keys:\n  - id: {CURVE}\n    spec: ECC_NIST_P256\n    usage: SIGN_VERIFY\n    material:\n      - {{pem: x}}\n      - {{pem: y}}\n",
        "FILE:6: only keys of SYMMETRIC_DEFAULT have more than one material",
    ),
    (f"accounts:\n  - id: {FIRST}\n    users: []\n", "FILE:3: an account has no member 'users'; it has: id, access-keys"),
    (f"accounts:\n  - id: {FIRST}\n    access-keys: [{{id: test}}]\n", "FILE:3: an access key needs 'secret'"),
    (f"accounts:\n  - id: {FIRST}\n  - id: {FIRST}\n", f"FILE:3: account {FIRST} stands in line 2 already"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_is_wrong_is_told_in_one_line_before_anything_is_made(tmp_path, text, words):
    lines = failing(tmp_path, text)
    assert len(lines) == 1 and words in lines[0], lines
    assert not (tmp_path / "data").exists()


def test_all_entries_are_judged_in_one_run(tmp_path):
    text = "keys:\n  - id: a\n  - id: b\n    spec: x\n  - id: c\n"
    assert [line.split(": ")[1] for line in failing(tmp_path, text)] == ["FILE:2", "FILE:3", "FILE:5"]
    path = tmp_path / "keys.yaml"
    answer = run_claviger("serve", "--dev", "--check-config", "--seed", path)
    assert answer.returncode == 1 and len(answer.stderr.splitlines()) == 3
    path.write_text(f"keys:\n  - id: {SYMMETRIC}\n")
    answer = run_claviger("serve", "--dev", "--check-config", "--seed", path)
    assert answer.stdout == "configuration is valid\n"


def test_material_of_another_kind_is_refused_with_its_entry(tmp_path, material):
    text = f"keys:\n  - id: {CURVE}\n    spec: ECC_NIST_P384\n    usage: SIGN_VERIFY\n    material:\n      pem: "
    lines = failing(tmp_path, text + block(pkcs8(material.curve), 8))
    assert len(lines) == 1
    assert f"FILE:2: key {CURVE} of 000000000000 in us-east-1: the material is no sound key of that spec" in lines[0]
