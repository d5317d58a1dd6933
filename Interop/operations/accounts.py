"""The operations of KMS on no key: those of an account, and of its custom key stores."""

import functools
import uuid

from .row import Right, Row


class AccountBench:
    def __init__(self, asking, row, *, somebody):
        self.do = asking.do
        self.somebody = somebody
        self.tag = uuid.uuid4().hex
        self.arn = "*"
        self.by_arn = False

    @functools.cached_property
    def store(self):
        """The id of a store that is no longer connected."""
        made = self.do("CreateCustomKeyStore", **proxied(self.tag))["CustomKeyStoreId"]
        return made

    @functools.cached_property
    def connected_store(self):
        self.do("ConnectCustomKeyStore", CustomKeyStoreId=self.store)
        return self.store

    def look(self, names):
        return {name: getattr(self, "_see_" + name)() for name in names}

    def _see_keys(self):
        page = self.do("ListKeys", Limit=1000)
        seen = [key["KeyId"] for key in page["Keys"]]
        while page["Truncated"]:
            page = self.do("ListKeys", Limit=1000, Marker=page["NextMarker"])
            seen += [key["KeyId"] for key in page["Keys"]]
        return seen

    def _see_stores(self):
        return self.do("DescribeCustomKeyStores")["CustomKeyStores"]

    def clear(self):
        """An account has ten stores at most."""
        for store in self._see_stores():
            if self.tag in store["CustomKeyStoreName"]:
                if store["ConnectionState"] != "DISCONNECTED":
                    self.do("DisconnectCustomKeyStore", CustomKeyStoreId=store["CustomKeyStoreId"])
                self.do("DeleteCustomKeyStore", CustomKeyStoreId=store["CustomKeyStoreId"])


def proxied(tag):
    """A store whose proxy nobody asks."""
    return {
        "CustomKeyStoreName": tag,
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyUriEndpoint": f"https://{tag}.example",
        "XksProxyUriPath": "/kms/xks/v1",
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
        "XksProxyAuthenticationCredential": {"AccessKeyId": "A" * 20, "RawSecretAccessKey": "A" * 43},
    }


def _row(name, request=lambda b: {}, *, rights=None, **more):
    return Row(name, request, rights or (Right(f"kms:{name.split(' ')[0]}"),), names_resource=False, **more)


def _of_store(name, store, **more):
    return _row(f"{name}CustomKeyStore", lambda b: dict(CustomKeyStoreId=getattr(b, store), **more), changes=("stores",))


ROWS = (
    _row("CreateKey", changes=("keys",)),
    _row(
        "CreateKey with tags",
        lambda b: dict(Tags=[{"TagKey": "a", "TagValue": "b"}]),
        rights=(Right("kms:CreateKey"), Right("kms:TagResource")),
        changes=("keys",),
    ),
    _row("GenerateRandom", lambda b: dict(NumberOfBytes=8)),
    _row("ListKeys"),
    _row("ListAliases of the account"),
    _row("ListRetirableGrants", lambda b: dict(RetiringPrincipal=b.somebody)),
    _row("DescribeCustomKeyStores"),
    _row("CreateCustomKeyStore", lambda b: proxied(b.tag), changes=("stores",)),
    _of_store("Update", "store", XksProxyUriPath="/other/kms/xks/v1"),
    _of_store("Delete", "store"),
    _of_store("Connect", "store"),
    _of_store("Disconnect", "connected_store"),
)
