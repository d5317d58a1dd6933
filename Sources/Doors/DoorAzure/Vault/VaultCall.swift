import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// A request to a vault of somebody who has shown who it is.
struct VaultCall: Sendable {
  let engine: Engine
  let vault: Vault
  /// With the rights that it has in this vault.
  let caller: Caller
  let application: Application
  let origin: RequestOrigin
  let requestIDs: RequestIDs
  let method: String
  /// Of the path, the first in lower case. An empty one is one that the client left open.
  let segments: [String]
  let query: FormFields
  let version: APIVersion
  let body: WipedBytes
  /// Scheme, host and port, as the client wrote them.
  let base: String
  /// nil where keys aren't released.
  var releases: KeyReleases?
  /// nil where nothing is said of keys to those outside.
  var statements: KeyStatements?
  /// Of the key that the call is about.
  var adoption: Adoption?

  /// nil also for one that is left open.
  func segment(_ place: Int) -> String? {
    guard segments.indices.contains(place), !segments[place].isEmpty else { return nil }
    return segments[place]
  }

  /// Whether it is about what was deleted and can be recovered.
  var isAboutDeleted: Bool { segments.first?.hasPrefix("deleted") ?? false }

  /// The body, which has to be an object. An empty one is one without members.
  func document() throws(AzureError) -> JSONValue {
    do {
      let document =
        try body.count == 0
        ? JSONDocument(Array("{}".utf8), limits: VaultLimits.json)
        : JSONDocument(body, limits: VaultLimits.json)
      guard document.root.kind == .object else { throw AzureError.malformed }
      return document.root
    } catch {
      throw .malformed
    }
  }

  /// The same for work beside the one operation that a call is: each has a record of its own, and an id of its own.
  var aside: VaultCall {
    VaultCall(
      engine: engine, vault: vault, caller: caller, application: application,
      origin: RequestOrigin(
        id: requestIDs.next(), door: origin.door, source: origin.source, isEncrypted: origin.isEncrypted,
        userAgent: origin.userAgent, region: origin.region), requestIDs: requestIDs, method: method,
      segments: segments, query: query, version: version, body: body, base: base, releases: releases,
      statements: statements, adoption: adoption)
  }

  /// Does it, in the engine, once for each call and each `aside`, and puts what goes wrong into Azure's words.
  /// - Parameter subject: what it is about.
  func run<Op: Operation>(_ operation: Op, about subject: VaultSubject) async throws(AzureError) -> Op.Answer
  {
    do throws(KMSError) {
      return try await engine.run(operation, as: caller, in: vault.home.region, from: origin)
    } catch {
      throw await told(error, of: operation, about: subject)
    }
  }

  /// What goes wrong, as the caller may know it: only whoever has the right hears that there is nothing of a name.
  func told<Op: Operation>(
    _ error: KMSError, of operation: Op, about subject: VaultSubject
  ) async -> AzureError {
    guard case .keyNotFound = error, ItemNames.isName(subject.name) else {
      return AzureError(error, about: subject, in: self)
    }
    let place = VaultPlace(vault: vault.name.text, subject.collection, subject.name)
    do throws(KMSError) {
      let nothing = FindNothing(operation.operation, operation.asked.action, in: vault.home, place)
      try await engine.run(nothing, as: caller, in: vault.home.region, from: aside.origin)
      return .internalError
    } catch {
      return AzureError(error, about: subject, in: self)
    }
  }
}

/// What a call is about, for messages.
struct VaultSubject: Sendable {
  let collection: VaultPlace.Collection
  let name: String
  let version: String?

  init(_ collection: VaultPlace.Collection, _ name: String, version: String? = nil) {
    self.collection = collection
    self.name = name
    self.version = version
  }

  /// As messages call it.
  var text: String { version.map { name + "/" + $0 } ?? name }

  /// One of the collection.
  var kind: String {
    switch collection {
    case .keys: "Key"
    case .secrets: "Secret"
    }
  }
}

/// One kind of thing in vaults: it answers calls whose first segments are its own.
protocol VaultCollection: Sendable {
  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer
}

/// What the door takes at most.
enum VaultLimits {
  static let json = JSONDocument.Limits(depth: 16, nodes: 4096)
  /// Bytes of what a client calls itself that are kept.
  static let userAgent = 256
  /// Bytes of a token.
  static let token = 16 << 10
  /// Bytes of a request that brings a backup: one of `ItemBackup.longest` in base 64, and what is around it.
  static let restoreBody = ItemBackup.longest / 3 * 4 + 1024

  static func isRestore(_ path: String) -> Bool {
    path.utf8.count <= 32 && path.lowercased().hasSuffix("/restore")
  }

  /// Segments of a path.
  static let segments = 12
}
