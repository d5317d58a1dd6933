import KMSDomain
import Testing

@testable import DoorAzure

@Suite("Places where roles are given")
struct RoleScopeTests {
  @Test(
    "What is a place in a managed HSM",
    arguments: [
      ("/", "/"), ("", "/"), ("//", "/"), ("/keys", "/keys"), ("/KEYS/", "/keys"), ("/keys/A-1", "/keys/A-1"),
    ])
  func places(text: String, place: String) { #expect(RoleScope(text)?.text == place) }

  @Test(
    "What isn't one",
    arguments: [
      "keys", "/secrets", "/keys/a/b", "/keys/a_b", "/keys/..", "/keys/*",
      "/" + String(repeating: "k", count: 300),
    ])
  func others(text: String) { #expect(RoleScope(text) == nil) }

  @Test(
    "A place is within another by whole segments",
    arguments: [
      ("/", "/", true), ("/keys", "/", true), ("/keys/a", "/keys", true), ("/keys/A", "/keys/a", true),
      ("/keys/ab", "/keys/a", false), ("/keys", "/keys/a", false), ("/", "/keys", false),
    ])
  func within(inner: String, outer: String, isWithin: Bool) throws {
    let (inner, outer) = (try #require(RoleScope(inner)), try #require(RoleScope(outer)))
    #expect(inner.isWithin(outer) == isWithin)
  }

  @Test("Paths lead to definitions and assignments, at each place")
  func paths() throws {
    let all = try #require(RolePath(["providers", "Microsoft.Authorization", "roleDefinitions"]))
    #expect(all.scope == .all && all.kind == .definitions && all.id == nil)
    let one = try #require(
      RolePath(["keys", "a", "Providers", "microsoft.authorization", "ROLEASSIGNMENTS", "id"]))
    #expect(one.scope.text == "/keys/a" && one.kind == .assignments && one.id == "id")
  }

  @Test(
    "Paths that are about something else",
    arguments: [
      [], ["keys", "providers"], ["keys", "providers", "versions"], ["providers", "Microsoft.Authorization"],
      ["providers", "Microsoft.Other", "roleDefinitions"],
      ["providers", "Microsoft.Authorization", "roleDefinitions", "a", "b"],
      ["secrets", "providers", "Microsoft.Authorization", "roleAssignments"],
      ["keys", "a", "b", "providers", "Microsoft.Authorization", "roleAssignments"],
      ["providers", "Microsoft.Authorization", "locks"],
    ])
  func otherPaths(segments: [String]) { #expect(RolePath(segments) == nil) }

  private static let guid = "00000000-0000-0002-0000-000000000002"

  private func shown(_ filter: String?, at place: String) throws -> [String] {
    let scope = try #require(RoleScope(place))
    let filter = try RoleFilter(filter)
    return ["/", "/keys", "/keys/a", "/keys/b"].filter {
      filter.takes(RoleAssignment(id: "i", role: "r", principal: RoleScopeTests.guid, scope: $0), at: scope)
    }
  }

  @Test("A list shows what is at a place, above and below; what holds there with a filter")
  func filters() throws {
    #expect(try shown(nil, at: "/") == ["/", "/keys", "/keys/a", "/keys/b"])
    #expect(try shown(nil, at: "/keys/a") == ["/", "/keys", "/keys/a"])
    #expect(try shown("atScope()", at: "/keys") == ["/", "/keys"])
    #expect(try shown("principalId eq '\(RoleScopeTests.guid)'", at: "/keys/b") == ["/", "/keys", "/keys/b"])
    #expect(try shown("principalId eq 00000000-0000-0002-0000-000000000003", at: "/") == [])
    #expect(try shown("assignedTo('\(RoleScopeTests.guid)')", at: "/") == ["/"])
  }

  @Test(
    "Other filters are refused",
    arguments: [
      "x", "'", "principalId eq", "principalId eq ''", "atScope() and atScope()", "assignedTo(",
      "assignedTo()",
      String(repeating: " x", count: 400),
    ])
  func otherFilters(text: String) {
    #expect(throws: AzureError.invalid("$filter")) { try RoleFilter(text) }
  }
}
