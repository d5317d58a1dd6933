import KMSDomain

extension ObjectFault {
  /// What a client of AWS is told that uses a key which somebody manages by another protocol.
  var awsError: AWSError {
    switch self {
    case .nameTaken(let name): AWSError("AlreadyExistsException", "The name \(name) is taken.")
    case .outsideDates(let name): .invalidState("\(name) may not be used so at this time.")
    case .limitReached(let name): .invalidState("\(name) has been used as often as its owner allowed.")
    case .archived(let name): .invalidState("\(name) is in the archive.")
    case .notExportable(let name): .invalidState("\(name) can't be exported.")
    case .noMaterial(let name): .invalidState("\(name) has no key material.")
    case .wrongState(let name): .invalidState("\(name) is not in a state that allows this.")
    case .refused(_, let text): .invalidState(text)
    }
  }
}
