import KMSDomain
import KMSEngine
import WireJSON

/// Lists of what is in a vault, a page at a time.
struct ItemLists: Sendable {
  let call: VaultCall
  let names: ItemNames

  private static let mostResults = 25

  init(_ call: VaultCall, _ collection: VaultPlace.Collection) {
    self.call = call
    names = ItemNames(vault: call.vault, collection: collection)
  }

  /// The names that are in use, each with its latest version.
  func live(_ operation: String, _ action: Action, _ write: Entry) async throws(AzureError) -> VaultAnswer {
    try await items(operation, action, term: names.liveTerm, write) { !$0.state.isPendingDeletion }
  }

  /// The names that were deleted and can be recovered.
  func deleted(_ operation: String, _ action: Action, _ write: Entry) async throws(AzureError) -> VaultAnswer
  {
    try await items(operation, action, term: names.deletedTerm, write) { $0.state.isPendingDeletion }
  }

  /// Writes one entry, of the record of an item and that of its latest version; of versions both are that of the version.
  typealias Entry = (_ item: KeyRecord, _ latest: KeyRecord, inout JSONWriter) -> Void

  func versions(
    of name: String, _ operation: String, _ action: Action, _ write: Entry
  ) async throws(AzureError) -> VaultAnswer {
    guard ItemNames.isName(name) else { throw .invalid("name") }
    let (names, place) = (names, names.place(name))
    if let adoption = call.adoption { return try await adopted(adoption, place, operation, action, write) }
    let page = try await call.run(
      ListPlaces(
        operation, action, in: call.vault.home, place, by: [names.versionTerm(place)], before: try marker,
        limit: try limit
      ) { names.isVersion($0, of: place) && !$0.state.isPendingDeletion },
      about: VaultSubject(names.collection, name))
    return answer(page.records.map { ($0, $0) }, page.next, write)
  }

  /// The one version of an adopted key.
  private func adopted(
    _ adoption: Adoption, _ place: VaultPlace, _ operation: String, _ action: Action, _ write: Entry
  ) async throws(AzureError) -> VaultAnswer {
    let names = names
    let page = try await call.run(
      ListPlaces(
        operation, action, in: call.vault.home, place, by: [names.adoptedTerm(place)], before: nil, limit: 1,
        following: { _ in adoption.name }
      ) { names.isItem($0) && $0.object?.place?.isSame(as: place) == true && !$0.state.isPendingDeletion },
      about: VaultSubject(names.collection, place.name ?? ""))
    let entries = zip(page.records, page.followed).compactMap { ItemLists.entry($0, $1) }
    return answer(entries, nil, write)
  }

  /// - Returns: nil where there is nothing to tell: of a name in use that leads to an adopted key which is to be destroyed, say.
  private static func entry(_ item: KeyRecord, _ latest: KeyRecord?) -> (KeyRecord, KeyRecord)? {
    guard let latest else { return nil }
    let isEnding = latest.state.isPendingDeletion || latest.state.isDestroyed
    let isHidden = isEnding && !item.state.isPendingDeletion && Adoption(item) != nil
    return isHidden ? nil : (item, latest)
  }

  private func items(
    _ operation: String, _ action: Action, term: UInt64, _ write: Entry,
    _ matches: @escaping @Sendable (KeyRecord) -> Bool
  ) async throws(AzureError) -> VaultAnswer {
    let names = names
    let page = try await call.run(
      ListPlaces(
        operation, action, in: call.vault.home, names.all, by: [term], before: try marker, limit: try limit,
        following: { record in
          Adoption(record)?.name
            ?? record.object?.place.map { KeyName(.given, ItemNames.latestName($0), in: names.vault.home) }
        }
      ) { names.isItem($0) && matches($0) }, about: VaultSubject(names.collection, ""))
    let entries = zip(page.records, page.followed).compactMap { ItemLists.entry($0, $1) }
    return answer(entries, page.next, write)
  }

  private func answer(
    _ entries: [(KeyRecord, KeyRecord)], _ next: Int64?, _ write: Entry
  ) -> VaultAnswer {
    .json { json in
      json.beginObject()
      json.name("value")
      json.beginArray()
      for (item, latest) in entries { write(item, latest, &json) }
      json.endArray()
      json.name("nextLink")
      if let next { json.value(link(next)) } else { json.null() }
      json.endObject()
    }
  }

  /// Clients follow it as it stands.
  private func link(_ next: Int64) -> String {
    var text = call.base + "/" + call.segments.joined(separator: "/") + "?api-version="
    text += VaultHeaders.echoVersion(call.query["api-version"]) + "&$skiptoken=" + String(next)
    if let most = call.query["maxresults"].flatMap({ Int($0) }) { text += "&maxresults=" + String(most) }
    return text
  }

  private var limit: Int {
    get throws(AzureError) {
      guard let text = call.query["maxresults"] else { return ItemLists.mostResults }
      guard let most = Int(text), (1...ItemLists.mostResults).contains(most) else {
        throw .badParameter("Property maxresults must be between 1 and 25")
      }
      return most
    }
  }

  private var marker: Int64? {
    get throws(AzureError) {
      guard let text = call.query["$skiptoken"] else { return nil }
      guard let place = Int64(text) else {
        throw .badParameter("The $skiptoken is not one that a list gave out.")
      }
      return place
    }
  }
}

extension VaultHeaders {
  /// A version that was understood has no other characters than these; of others no more is shown.
  static func echoVersion(_ text: String?) -> String {
    let known = (text ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
    return String(known.prefix(APIVersion.longest))
  }
}
