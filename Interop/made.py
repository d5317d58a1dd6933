"""Things that a module makes once, when a test first asks for them."""


class OfEachKind(dict):
    """What `make` gives for a kind: a kind that a server lacks fails the tests that ask for it, and no others."""

    def __init__(self, make):
        super().__init__()
        self._make = make

    def __missing__(self, kind):
        self[kind] = self._make(kind)
        return self[kind]
