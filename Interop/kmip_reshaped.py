"""Messages of KMIP 1.x in the form of 2.x: attributes are items of their own, and what names them is a tag."""

from ttlv import Kind

_LISTS = {
    "TemplateAttribute": "Attributes",
    "CommonTemplateAttribute": "Common Attributes",
    "PrivateKeyTemplateAttribute": "Private Key Attributes",
    "PublicKeyTemplateAttribute": "Public Key Attributes",
}
_CHANGES = {"AddAttribute", "ModifyAttribute", "DeleteAttribute"}


class NoForm(Exception):
    """What 2.x has no form for, or another one that doesn't follow from the message."""


class Reshaper:
    """- Parameter codec: the replayer's; messages are trees of its nodes."""

    def __init__(self, codec):
        self.codec = codec

    def message(self, message):
        items = message.findall("BatchItem")
        kept = [self._copied(part) for part in message.value if part.name != "BatchItem"]
        return self._structure(message, [*kept, *(self._batch_item(one, place, items) for place, one in enumerate(items))])

    def _batch_item(self, one, place, items):
        operation = self.codec.scalar_text(one.find("Operation")) if one.find("Operation") else ""
        parts = [self._part(part, operation) for part in one.value]
        if len(items) > 1 and not one.find("UniqueBatchItemID"):
            # 2.x wants them, and has them behind the operation.
            parts.insert(1, self._item("Unique Batch Item ID", Kind.BYTES, bytes([place])))
        return self._structure(one, parts)

    def _part(self, part, operation):
        if part.name == "RequestPayload":
            return self._structure(part, self._asked(part, operation))
        if part.name == "ResponsePayload":
            return self._structure(part, self._answered(part, operation))
        return self._copied(part)

    def _asked(self, payload, operation):
        rest, given, names = self._sorted(payload)
        if operation in _CHANGES:
            given = [self._item("New Attribute", Kind.STRUCTURE, [one]) for one in given]
        elif given or operation == "Locate":
            given = [self._item("Attributes", Kind.STRUCTURE, given)]
        return [*rest, *given, *names]

    def _answered(self, payload, operation):
        """Whoever changes an attribute isn't told it any more."""
        rest, given, names = self._sorted(payload)
        if operation in _CHANGES:
            return rest
        if given or operation == "GetAttributes":
            rest.append(self._item("Attributes", Kind.STRUCTURE, given))
        return [*rest, *names]

    def _sorted(self, payload):
        """What is as it was, the attributes, and the names of attributes."""
        if payload.find("AttributeIndex"):
            raise NoForm("a place among the values of an attribute")
        given = [self._attribute(one) for one in payload.findall("Attribute")]
        names = [self._reference(one.value) for one in payload.findall("AttributeName")]
        moved = ("Attribute", "AttributeName")
        return [self._copied(one) for one in payload.value if one.name not in moved], given, names

    def _copied(self, node):
        if node.type != Kind.STRUCTURE:
            return node
        if node.name in _LISTS:
            if node.find("Name"):
                raise NoForm("a template")
            return self._item(_LISTS[node.name], Kind.STRUCTURE, [self._attribute(one) for one in node.value])
        inner = [self._copied(one) for one in node.value if one.name != "Attribute"]
        if attributes := node.findall("Attribute"):
            inner.append(self._item("Attributes", Kind.STRUCTURE, [self._attribute(one) for one in attributes]))
        return self._structure(node, inner)

    def _attribute(self, attribute):
        if not (attribute.find("AttributeName") and attribute.find("AttributeValue")):
            raise NoForm("an attribute without a name or a value")
        name, value = attribute.find("AttributeName").value, self._copied(attribute.find("AttributeValue"))
        if name.startswith(("x-", "y-")):
            return self._item("Attribute", Kind.STRUCTURE, [*self._vendor_name(name), value])
        return self._item(name, value.type, value.value)

    def _reference(self, name):
        if name.startswith(("x-", "y-")):
            return self._item("Attribute Reference", Kind.STRUCTURE, self._vendor_name(name))
        return self._item("Attribute Reference", Kind.ENUMERATION, self._tag(name))

    def _vendor_name(self, name):
        return [
            self._item("Vendor Identification", Kind.TEXT, name[0]),
            self._item("Attribute Name", Kind.TEXT, name[2:]),
        ]

    def _structure(self, node, parts):
        return self.codec.Node(node.tag, Kind.STRUCTURE, parts)

    def _item(self, name, kind, value):
        return self.codec.Node(self._tag(name), kind, value)

    def _tag(self, name):
        return self.codec.TAG_BY_CAN[self.codec.can(name)]
