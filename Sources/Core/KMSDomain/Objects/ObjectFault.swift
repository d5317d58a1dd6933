/// What can go wrong with managed objects alone. Texts are names that the caller used or may see, or words for the caller.
package enum ObjectFault: Hashable, Sendable {
  /// Another object of the keyring has the name.
  case nameTaken(String)
  /// Before the moment from which on it may be used so, or after the one until which it may.
  case outsideDates(String)
  /// It has been used as often as its owner allowed.
  case limitReached(String)
  /// In the archive: it must come back before it can be used or changed.
  case archived(String)
  /// Its material stays here, whoever asks.
  case notExportable(String)
  /// It has no material that could be used or given out.
  case noMaterial(String)
  /// The event can't happen in the state that it is in.
  case wrongState(String)
  /// What a door found wrong while the operation was under way, by the door's own number and in its words.
  case refused(reason: UInt32, String)

  /// A stable word for logs and audit records.
  package var code: String {
    switch self {
    case .nameTaken: "object.nameTaken"
    case .outsideDates: "object.outsideDates"
    case .limitReached: "object.limitReached"
    case .archived: "object.archived"
    case .notExportable: "object.notExportable"
    case .noMaterial: "object.noMaterial"
    case .wrongState: "object.wrongState"
    case .refused(let reason, _): "object.refused.\(reason)"
    }
  }
}
