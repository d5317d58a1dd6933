"""Reads what a token lets anybody read who is logged in, by any PKCS#11 module, and keeps the session open until it is closed."""

import ctypes
import os
from ctypes import POINTER, byref, c_ubyte, c_ulong, c_void_p

# PKCS#11 2.40: places in CK_FUNCTION_LIST after its version, and numbers of attributes and classes.
INITIALIZE, FINALIZE, SLOTS, OPEN, LOGIN = 0, 1, 4, 12, 18
READ, FIND, FIND_NEXT, FIND_END = 24, 26, 27, 28
CLASS, ID, VALUE = 0x00, 0x102, 0x11
PRIVATE_EXPONENT, PRIME_1, PRIME_2 = 0x123, 0x124, 0x125
SECRET_KEY, PRIVATE_KEY = 4, 3
SERIAL_SESSION, USER = 4, 1


class Attribute(ctypes.Structure):
    _fields_ = [("type", c_ulong), ("value", c_void_p), ("length", c_ulong)]


class OpenToken:
    """A module, initialised with these environment variables, and a session of the user with its only token."""

    def __init__(self, module, pin, **environment):
        os.environ.update(environment)
        self.library = ctypes.CDLL(module)
        functions = c_void_p()
        assert self.library.C_GetFunctionList(byref(functions)) == 0
        word = ctypes.sizeof(c_void_p)
        self.table = ctypes.cast(functions.value + word, POINTER(c_void_p))
        self.call(INITIALIZE, None)
        slots, count = (c_ulong * 16)(), c_ulong(16)
        self.call(SLOTS, c_ubyte(1), slots, byref(count))
        self.session = c_ulong()
        self.call(OPEN, slots[0], c_ulong(SERIAL_SESSION), None, None, byref(self.session))
        self.call(LOGIN, self.session, c_ulong(USER), pin.encode(), c_ulong(len(pin)))

    def close(self):
        self.call(FINALIZE, None)

    def call(self, place, *arguments):
        code = ctypes.CFUNCTYPE(c_ulong)(self.table[place])
        code.argtypes = None
        answer = code(*arguments)
        assert answer == 0, f"function {place} of the module answered {answer:#x}"

    def values(self):
        """What is secret of every private and secret key, one after the other: name and bytes."""
        for kind, parts in ((SECRET_KEY, [VALUE]), (PRIVATE_KEY, [VALUE, PRIVATE_EXPONENT, PRIME_1, PRIME_2])):
            for key in self.objects(kind):
                name = self.attribute(key, ID).hex()
                for part in parts:
                    if value := self.attribute(key, part):
                        yield f"{name} {part:#x}", value

    def objects(self, kind):
        wanted = c_ulong(kind)
        template = Attribute(CLASS, ctypes.cast(byref(wanted), c_void_p), ctypes.sizeof(wanted))
        self.call(FIND, self.session, byref(template), c_ulong(1))
        found, count = (c_ulong * 4096)(), c_ulong()
        self.call(FIND_NEXT, self.session, found, c_ulong(4096), byref(count))
        self.call(FIND_END, self.session)
        return found[: count.value]

    def attribute(self, key, kind):
        """None for what the key doesn't have."""
        room = ctypes.create_string_buffer(4096)
        asked = Attribute(kind, ctypes.cast(room, c_void_p), len(room))
        try:
            self.call(READ, self.session, c_ulong(key), byref(asked), c_ulong(1))
        except AssertionError:
            return None
        return room.raw[: asked.length]
