import GRDB
import KMSDomain

/// What may be told of an error of the database.
enum Fault {
  /// SQLite's code and words. They name tables and columns, never the values of a row.
  static func describe(_ error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(type(of: error))" }
    return "SQLite error \(error.extendedResultCode.rawValue): \(error.message ?? "no message")"
  }

  /// A failure of our own terms stays what it is; everything else is the store's, and the operator hears the cause.
  static func translate(_ error: any Error, _ onFault: (String) -> Void) -> KMSError {
    if let error = error as? KMSError { return error }
    onFault(describe(error))
    return .storeUnavailable
  }
}
