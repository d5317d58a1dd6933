import CustodySoftware
import KMSDomain

/// Shares as they are handed to people: once, each with what it is for.
struct PrintedShares {
  private let kind: SealKind
  private let parameters: SharedParameters
  private let store: Bits128
  private let shares: [Payload]

  /// - Returns: nil for a seal that no people open.
  init?(_ new: NewRoot, of store: Bits128) {
    guard !new.shares.isEmpty, let parameters = try? SharedParameters(new.holder) else { return nil }
    kind = new.holder.kind
    self.parameters = parameters
    self.store = store
    shares = new.shares
  }

  /// Reads the shares, which are gone afterwards.
  func lines() throws(KMSError) -> String {
    var text = ""
    for (index, share) in shares.enumerated() {
      let letters = share.readOnce { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
      }
      guard let letters else { throw .custodyUnavailable }
      text += title(index + 1) + "\n" + letters + "\n"
    }
    return text
  }

  private func title(_ number: Int) -> String {
    let what = kind == .recovery ? "recovery share" : "share"
    return
      "\(what) \(number) of \(parameters.parts), \(parameters.threshold) needed, server \(SealAdministrator.fingerprint(store)):"
  }
}

enum RecoveryNumbers {
  static func parameters(_ numbers: (needed: Int, shares: Int)) throws -> SharedParameters {
    guard let parameters = SharedParameters(threshold: numbers.needed, parts: numbers.shares) else {
      throw Problem(
        "\(numbers.needed)/\(numbers.shares) makes no sense for shares",
        remedy: "there are from 1 to 16, and no more of them are needed than there are: 2/3")
    }
    return parameters
  }
}
