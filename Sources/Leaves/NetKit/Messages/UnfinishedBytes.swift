import KMSBytes

/// What one connection holds of messages that aren't whole, out of what its client's connections may hold together: without that
/// a client's many connections could each hold nearly as much as the longest message.
///
/// Confined to the connection's event loop.
struct UnfinishedBytes {
  /// So much is everybody's: ordinary messages are noted nowhere.
  static let free = 16 << 10

  private let certificate: CertificateFingerprint
  private let connections: MessageConnections
  private var held = 0

  init(of certificate: CertificateFingerprint, in connections: MessageConnections) {
    self.certificate = certificate
    self.connections = connections
  }

  /// - Parameter count: what the connection holds now.
  /// - Returns: false when that is more than it may: then it has to let go.
  mutating func hold(_ count: Int) -> Bool {
    let counted = count > UnfinishedBytes.free ? count : 0
    guard counted != held else { return true }
    guard connections.hold(counted - held, of: certificate) else { return false }
    held = counted
    return true
  }
}
