package import Hummingbird
import KMSSystem
import NIOCore

/// The connection that a request of the admin door came on.
package struct AdminContext: InitializableFromSource {
  private let channel: any Channel

  package init(source: ApplicationRequestContextSource) { channel = source.channel }

  /// Who is at the other end, by the kernel's word.
  /// - Returns: nil when the connection is no socket of ours to ask about.
  func peerUserID() async throws -> UInt32? {
    let channel = self.channel
    return try await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
        try PeerCredentials.userID(ofSocket: $0)
      }
    }.get()
  }
}
