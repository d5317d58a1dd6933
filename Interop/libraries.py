"""A libcrypto of OpenSSL 3.5 or later for servers under test: the one with post-quantum algorithms and Ed25519ph."""

import importlib.util
import os
import pathlib

NAME = "libcrypto.so.3"


def newer_libcrypto(folder):
    """A folder for a library path, or None. `CLAVIGER_NEWER_LIBCRYPTO` names one; otherwise the library that
    psycopg-binary carries gets its usual name in `folder`."""
    named = os.environ.get("CLAVIGER_NEWER_LIBCRYPTO")
    if named is not None:
        assert os.path.exists(os.path.join(named, NAME)), f"CLAVIGER_NEWER_LIBCRYPTO has no {NAME}: {named}"
        return named
    found = importlib.util.find_spec("psycopg_binary")
    if found is None:
        return None
    beside = pathlib.Path(found.submodule_search_locations[0]).with_name("psycopg_binary.libs")
    for library in beside.glob("libcrypto-*.so.3"):
        link = pathlib.Path(folder) / NAME
        link.symlink_to(library)
        return str(link.parent)
    return None
