package import Hummingbird
import NIOCore

/// The connection that a request of the ordinary lane came on.
package struct WireConnection: InitializableFromSource {
  /// Read when the request arrives: once the peer is gone the channel doesn't know any more.
  package let source: String
  private let channel: any Channel

  package init(source: ApplicationRequestContextSource) {
    channel = source.channel
    self.source = ConnectionFacts(source.channel, isEncrypted: false).source
  }

  /// All that is known of it, the peer's certificate too, for which its event loop is asked.
  package func facts(isEncrypted: Bool) async -> ConnectionFacts {
    let known = ConnectionFacts(source: source, isEncrypted: isEncrypted)
    guard isEncrypted else { return known }
    let channel = channel
    // It fails only when the loop is gone, and the connection with it.
    return (try? await channel.eventLoop.submit { known.completed(from: channel.pipeline) }.get()) ?? known
  }
}
