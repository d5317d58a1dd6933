import KMSDomain
import KMSEngine
import WireKMIP

/// Where a client wants the objects to be kept that its request makes (KMIP 2.1, sections 6.1.8 and 6.1.9): each list names what is
/// permissible, and one of its masks must hold as a whole.
struct ProtectionDemand: Sendable {
  private typealias Mask = KMIP.ProtectionStorageMask

  private let everything: [Mask]
  private let bothHalves: [Mask]
  private let privateHalf: [Mask]
  private let publicHalf: [Mask]

  /// - Returns: nil where the request has no such wish.
  init?(_ payload: TTLVItem) {
    everything = ProtectionDemand.masks(payload[.protectionStorageMasks])
    bothHalves = ProtectionDemand.masks(payload[.commonProtectionStorageMasks])
    privateHalf = ProtectionDemand.masks(payload[.privateProtectionStorageMasks])
    publicHalf = ProtectionDemand.masks(payload[.publicProtectionStorageMasks])
    guard !(everything + bothHalves + privateHalf + publicHalf).isEmpty else { return nil }
  }

  private static func masks(_ list: TTLVItem?) -> [Mask] {
    (list?.all(.protectionStorageMask) ?? []).compactMap { $0.integer.map(Mask.init(rawValue:)) }
  }

  /// - Parameter isElsewhere: whether custody makes the object's material on a device.
  /// - Throws: `protectionStorageUnavailable`, and what pairs have instead of it.
  func check(_ object: NewObject, isElsewhere: Bool) throws(KMIPFault) {
    let place: Mask = isElsewhere ? .hardware : .software
    func permits(_ lists: [Mask]...) -> Bool {
      lists.allSatisfy { list in list.isEmpty || list.contains { $0.isSubset(of: place) } }
    }
    let words =
      "The object would be kept in \(isElsewhere ? "hardware" : "software"), which the request doesn't permit."
    guard permits(everything) else { throw KMIPFault(.protectionStorageUnavailable, words) }
    switch object.kind {
    case .privateKey:
      guard permits(bothHalves, privateHalf) else {
        throw KMIPFault(.privateProtectionStorageUnavailable, words)
      }
    case .publicKey:
      guard permits(bothHalves, publicHalf) else {
        throw KMIPFault(.publicProtectionStorageUnavailable, words)
      }
    case .symmetricKey, .splitKey, .secret, .opaque, .certificate, .certificateRequest, .pgpKey, .template,
      .vaultItem:
      break
    }
  }
}

extension ObjectWork {
  /// The same work, which makes nothing that would be kept where the client doesn't want it.
  func held(to demand: ProtectionDemand, by custody: any KeyCustody) -> ObjectWork {
    checked { (object) throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        try demand.check(object, isElsewhere: object.isMadeElsewhere(by: custody))
      }
    }
  }
}
