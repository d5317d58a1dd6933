"""A server with two accounts, and the people who try the operations: each is a caller with a principal and credentials."""

import dataclasses

from asking import Asking, Credentials
from server import Server, clean_environment

from . import ON_ACCOUNTS, ON_KEYS
from .accounts import AccountBench
from .documents import EVERYTHING, document, root, trust
from .identity_bench import IdentityBench
from .key_bench import KeyBench

HOME, AWAY = "111122223333", "444455556666"

# Away from what benches make.
PEOPLE = "/people/"

SEED = f"""\
accounts:
  - id: {HOME}
    access-keys: [{{id: HOMEADMINISTRATOR, secret: no-secret-in-a-test}}]
  - id: {AWAY}
    access-keys: [{{id: AWAYADMINISTRATOR, secret: no-secret-in-a-test}}]
"""
ADMINISTRATOR = Credentials("HOMEADMINISTRATOR", "no-secret-in-a-test")
AWAY_ADMINISTRATOR = Credentials("AWAYADMINISTRATOR", "no-secret-in-a-test")


@dataclasses.dataclass(frozen=True)
class Person:
    name: str
    arn: str
    credentials: Credentials


class Stage:
    """The people have no policy but the one that a test gives them with `let`, or that their name says."""

    def __init__(self, server, *, has_newer_library=False):
        self.server = server
        self.has_newer_library = has_newer_library
        self.asking = Asking(server)
        self.do = self.asking.do
        self.asking.me = self.do("GetCallerIdentity")["Arn"]
        self._benches = {}
        self.nobody = self._person("nobody")
        self.caller = self._person("caller")
        self.grantee = self._person("grantee")
        self.bounded = self._person("bounded")
        self.let(self.bounded, EVERYTHING)
        self.stranger = self._person("stranger", AWAY_ADMINISTRATOR)
        self.let(self.stranger, EVERYTHING)
        self.powerless_stranger = self._person("powerless", AWAY_ADMINISTRATOR)
        self.role = self._role()
        self._boundaries, self._boundary = 0, None

    def close(self):
        self.asking.wire.connection.close()

    # People

    def _person(self, name, administrator=ADMINISTRATOR):
        made = self._manage(administrator, "CreateUser", UserName=name, Path=PEOPLE)["User"]
        key = self._manage(administrator, "CreateAccessKey", UserName=name)["AccessKey"]
        return Person(name, made["Arn"], Credentials(key["AccessKeyId"], key["SecretAccessKey"]))

    def _role(self):
        """The ARN of one with every right, as which the administrator may act."""
        made = self.do("CreateRole", RoleName="actor", Path=PEOPLE, AssumeRolePolicyDocument=trust(root(HOME)))
        self.do("PutRolePolicy", RoleName="actor", PolicyName="all", PolicyDocument=document(EVERYTHING))
        return made["Role"]["Arn"]

    def _manage(self, administrator, operation, **parameters):
        answer = self.asking.ask(administrator, operation, parameters)
        assert answer.status == 200, f"{operation} {parameters}: {answer}"
        return answer.output

    def let(self, person, *statements):
        """The person's own policy: these statements and nothing else."""
        administrator = AWAY_ADMINISTRATOR if AWAY in person.arn else ADMINISTRATOR
        self._manage(
            administrator,
            "PutUserPolicy",
            UserName=person.name,
            PolicyName="own",
            PolicyDocument=document(*statements),
        )

    def bound(self, person, *statements):
        """The person's boundary: these statements."""
        self._boundaries += 1
        name = f"boundary-{self._boundaries}"
        made = self.do("CreatePolicy", PolicyName=name, Path=PEOPLE, PolicyDocument=document(*statements))
        self.do("PutUserPermissionsBoundary", UserName=person.name, PermissionsBoundary=made["Policy"]["Arn"])
        if self._boundary is not None:
            self.do("DeletePolicy", PolicyArn=self._boundary)
        self._boundary = made["Policy"]["Arn"]

    def session(self, *statements, seconds=3600):
        """Credentials of a session of the role, limited to these statements if there are any."""
        limits = {"Policy": document(*statements)} if statements else {}
        begun = self.do("AssumeRole", RoleArn=self.role, RoleSessionName="one", DurationSeconds=seconds, **limits)
        told = begun["Credentials"]
        return Credentials(told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"])

    # Benches

    def bench(self, row):
        """The row's own bench, which is used again: for calls that change nothing, or are refused."""
        if row not in self._benches:
            self._benches[row] = self.fresh(row)
        return self._benches[row]

    def fresh(self, row, before=None):
        """`before`: what is to be done with the bench before it is brought to where the call makes sense."""
        kind = KeyBench if row in ON_KEYS else AccountBench if row in ON_ACCOUNTS else IdentityBench
        bench = kind(self.asking, row, somebody=self.nobody.arn)
        row.request(bench)  # whatever it needs is made before anybody looks
        if before is not None:
            before(bench)
        if row.ready is not None:
            row.ready(bench)
        return bench

    def usable(self, row):
        """A bench for a call that succeeds."""
        return self.fresh(row) if row.changes else self.bench(row)

    # Calls

    def ask(self, credentials, row, bench, **more):
        return self.asking.ask(credentials, row.operation, row.request(bench), **more)

    def refused(self, credentials, row, bench=None, **more):
        """The call must be refused for want of a right, and change nothing. Returns the answer."""
        bench = bench or self.bench(row)
        before = bench.look(row.changes)
        answer = self.ask(credentials, row, bench, **more)
        kms = row in ON_KEYS or row in ON_ACCOUNTS
        assert (answer.status, answer.code) == ((400, "AccessDeniedException") if kms else (403, "AccessDenied")), answer
        assert bench.look(row.changes) == before
        return answer

    def done(self, credentials, row, bench=None, **more):
        """The call must do what it is for."""
        bench = bench or self.usable(row)
        before = bench.look(row.changes)
        answer = self.ask(credentials, row, bench, **more)
        assert answer.code == row.code, answer
        assert not row.changes or bench.look(row.changes) != before, "the views don't show what it changes"
        if isinstance(bench, AccountBench):
            bench.clear()
        return answer


def two_accounts(folder, **environment):
    """A server with both accounts, not yet started."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accounts.yaml").write_text(SEED)
    arguments = ["--seed", str(folder / "accounts.yaml")]
    return Server(folder / "server", arguments=arguments, environment=clean_environment(**environment))
