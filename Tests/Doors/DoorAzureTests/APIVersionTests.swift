import KMSDomain
import Testing

@testable import AzureRoles
@testable import DoorAzure

@Suite("What a request to a vault says")
struct APIVersionTests {
  @Test(
    "versions that were there are understood, in their order",
    arguments: [
      ["2016-10-01", "7.0", "7.1", "7.6-preview.2", "2025-06-01-preview", "2025-07-01", "2026-04-01"]
    ])
  func known(_ texts: [String]) throws {
    let versions = try texts.map { try #require(APIVersion($0)) }
    #expect(versions == versions.sorted())
  }

  @Test("a newer one is the newest", arguments: ["2026-05-01-preview", "2026-04-02", "2031-12-31"])
  func newer(_ text: String) { #expect(APIVersion(text) == .newest) }

  @Test(
    "what never was a version isn't one",
    arguments: [
      "", "7", "7.", "7.x", "7.256", "8.0", "2016-10-02", "2019-01-01", "2025-13-01", "2025-1-1",
      "+025-01-01",
      "2025-07-01-", "2025-07-01-beta", "2025-07-01-preview-2", "20250701", "7.6-preview-preview",
    ])
  func unknown(_ text: String) { #expect(APIVersion(text) == nil) }

  @Test("a host name is a vault's or a managed HSM's, of the server's domain alone")
  func hosts() throws {
    let names = AuthorityNames(domain: "kms.test")
    let vault = try #require(VaultHost("Shop.Vault.kms.test:8443", names))
    #expect(vault.name.text == "shop" && vault.kind == .vault)
    #expect(vault.audience == "https://vault.kms.test:8443")
    let hsm = try #require(VaultHost("one.managedhsm.kms.test", names))
    #expect(hsm.kind == .managedHSM && hsm.audience == "https://managedhsm.kms.test")
    for host in [
      "vault.kms.test", "login.kms.test", "a.b.vault.kms.test", "shop.vault.kms.test.evil",
      "shop.vault.other",
      "ab.vault.kms.test", "shop.vault.kms.test:x", "", "shop..kms.test",
    ] {
      #expect(VaultHost(host, names) == nil, "\(host)")
    }
  }

  @Test("segments that are left open stay, and those in front mean nothing")
  func segments() throws {
    #expect(try VaultDoor.segments("//Secrets/n//x?y=/z") == ["secrets", "n", "", "x"])
    #expect(try VaultDoor.segments("/secrets/n/") == ["secrets", "n", ""])
    #expect(try VaultDoor.segments("/").isEmpty)
    #expect(throws: AzureError.self) { try VaultDoor.segments(String(repeating: "/a", count: 13)) }
  }

  @Test("only what can't be anything but an identifier goes back to the client")
  func echo() {
    #expect(VaultHeaders.echo("abc-1") == "abc-1")
    for text in ["", "a b", "a\r\nb", "é", String(repeating: "a", count: 65)] {
      #expect(VaultHeaders.echo(text) == nil)
    }
  }
}

@Suite("What is kept of items and versions")
struct ItemNotesTests {
  @Test("a version's identifier is Azure's 32 digits and nothing else")
  func versions() {
    #expect(ItemNames.isVersion("0123456789abcdef0123456789abcdef"))
    #expect(ItemNames.version("01234567-89ab-cdef-0123-456789abcdef") == "0123456789abcdef0123456789abcdef")
    for text in ["", "0", "0123456789abcdef0123456789abcdeg", String(repeating: "0", count: 33)] {
      #expect(!ItemNames.isVersion(text))
    }
  }

  @Test("each permission of access policies lets somebody do something, and no two the same")
  func permissions() {
    let single = AccessPermissions.names.filter { !$0.hasSuffix("/all") }
    var seen: Set<Action> = []
    for name in single {
      let actions = AccessPermission.actions(name)
      #expect(!actions.isEmpty, "\(name)")
      for action in actions { #expect(seen.insert(action).inserted, "\(action)") }
    }
    #expect(Set(AccessPermission.names) == single)
    #expect(
      Set(AccessPermission.actions("secrets/all")).isDisjoint(with: AccessPermission.actions("keys/all")))
    #expect(AccessPermission.actions("secrets/nothing").isEmpty && AccessPermission.actions("/all").isEmpty)
  }

  @Test("every change is later than the one before, in whole seconds")
  func touch() {
    var notes = VersionNotes(updated: 10)
    notes.touch(Instant(milliseconds: 10_500))
    #expect(notes.updated == 11)
    notes.touch(Instant(milliseconds: 20_999))
    #expect(notes.updated == 20)
  }
}
