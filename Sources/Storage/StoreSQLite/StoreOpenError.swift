/// Why a database can't be used, in words for the operator.
package enum StoreOpenError: Error, Equatable, Sendable {
  /// Nothing is there.
  case missing(path: String)
  /// A store is there already.
  case alreadyExists(path: String)
  /// Group or others have rights on the file.
  case accessibleByOthers(path: String)
  /// Not a database, or one that was never finished.
  case notAStore(path: String)
  /// A newer version of the server has changed its schema by these steps.
  case newerSchema(path: String, unknown: [String])
  /// Made by an older version of the server and not brought up to date yet: these steps are missing.
  case olderSchema(path: String, missing: [String])
  /// A server was killed, and what it wrote last can't be read without writing: its index is gone.
  case unfinished(path: String)
  case failed(path: String, reason: String)
}

extension StoreOpenError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let path): "there is no database at \(path)"
    case .alreadyExists(let path): "\(path) already holds a store"
    case .accessibleByOthers(let path): "\(path) may be read by others than its owner: chmod 600 it"
    case .notAStore(let path): "\(path) is not a store of this server"
    case .newerSchema(let path, let unknown):
      "\(path) was changed by a newer server (\(unknown.joined(separator: ", "))): run that version or a later one"
    case .olderSchema(let path, let missing):
      "\(path) was made by an older server (\(missing.joined(separator: ", ")) is missing): run claviger serve, which brings it up to date"
    case .unfinished(let path):
      "\(path)-wal holds changes but \(path)-shm is missing: run claviger serve, which takes them in"
    case .failed(let path, let reason): "cannot open \(path): \(reason)"
    }
  }
}
