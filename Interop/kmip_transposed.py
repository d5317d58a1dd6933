"""Published cases as cases of another version of the protocol.

The messages stay as they are but for the version in their headers and, from 1.x to 2.x, their form. What the other version lacks
is taken out where that leaves the case what it is: of what is expected, and of questions. A case that gives the server something
newer is about that, and has no place in the other version."""

import copy
import json

from kmip_names import Names
from kmip_reshaped import NoForm, Reshaper
from ttlv import Item, Kind

# What a message can do without.
_OPTIONAL = {"ClientCorrelationValue", "ServerCorrelationValue"}
# What a question is about, and can be about less.
_ASKED_FOR = {"GetAttributes": {"AttributeName", "AttributeReference"}, "Query": {"QueryFunction"}}
_TOLD = {"Attribute", "AttributeName", "AttributeReference"}
_LISTS = {"Attributes", "ResponsePayload"}


class Transposition:
    """From one version to another."""

    def __init__(self, replayer, source, target):
        self.replayer, self.codec = replayer, replayer.K
        self.names = Names()
        self.source, self.target = source, target
        self.reshaper = Reshaper(self.codec) if source < (2, 0) <= target else None

    def write(self, cases, published, folder):
        """Writes what can be transposed, with a manifest, as the replayer reads it.
        - Returns: how many cases that are."""
        written = []
        for case in cases:
            if exchanges := self._exchanges(published / case["file"]):
                messages = "".join(self.codec.to_xml(message) for exchange in exchanges for message in exchange)
                name = f"{case['id']}.xml"
                (folder / name).write_text(f"<KMIP>\n{messages}</KMIP>\n", encoding="utf-8")
                written.append({**case, "version": "{}.{}".format(*self.target), "file": name})
        (folder / "manifest.json").write_text(json.dumps(written))
        return len(written)

    def _exchanges(self, file):
        """The case's messages in the other version; None where it has no place there."""
        done = []
        for request, answer in self.replayer.load(file):
            try:
                pair = [self._in_form(message) for message in (request, answer)]
            except NoForm:
                return None
            operation = self.codec.scalar_text(pair[0].find("BatchItem", "Operation"))
            for message in pair:
                self._prune(message, operation)
                if self._beyond(message):
                    return None
                self._set_version(message)
            self._set_reasons(pair[1])
            done.append(pair)
        return done

    def _in_form(self, message):
        return self.reshaper.message(message) if self.reshaper else copy.deepcopy(message)

    def _set_version(self, message):
        header = message.find("RequestHeader") or message.find("ResponseHeader")
        major, minor = self.target
        header.find("ProtocolVersion", "ProtocolVersionMajor").value = major
        header.find("ProtocolVersion", "ProtocolVersionMinor").value = minor

    def _set_reasons(self, answer):
        """The cases of 2.0 have the old reason for what an object's state doesn't allow."""
        reasons = self.codec.ENUMS["resultreason"]
        for one in answer.findall("BatchItem"):
            reason = one.find("ResultReason")
            if self.target == (2, 0) and reason and reason.value == reasons["wrongkeylifecyclestate"]:
                reason.value = reasons["permissiondenied"]

    def _prune(self, node, operation):
        """Takes out what is newer and can be missed."""
        if node.type != Kind.STRUCTURE:
            return
        node.value = [one for one in node.value if not (self._can_be_missed(one, node, operation) and self._beyond(one, node))]
        for one in node.value:
            self._prune(one, operation)

    def _can_be_missed(self, one, above, operation):
        if one.name in _OPTIONAL:
            return True
        if above.name == "RequestPayload":
            return one.name in _ASKED_FOR.get(operation, set())
        if above.name == "ResponsePayload" and operation == "Query":
            return True
        # A request's attributes are in lists of other names, or in the payload itself.
        return operation == "GetAttributes" and above.name in _LISTS or above.name == "ResponsePayload" and one.name in _TOLD

    def _beyond(self, node, above=None):
        """What the other version lacks, in words."""
        item = self._item(node)
        return self.names.beyond(Item(above.tag, Kind.STRUCTURE, (item,)) if above else item, self.target)

    def _item(self, node):
        """A placeholder is as good as a text."""
        if node.type == Kind.STRUCTURE:
            return Item(node.tag, node.type, tuple(self._item(one) for one in node.value))
        return Item(node.tag, Kind.TEXT if isinstance(node.value, str) else node.type, node.value)
