import AdminAPI
import DoorAdmin
import Foundation
import KMSBytes
import KMSDomain
import KMSSystem

extension SealOpener {
  /// Asks whoever started the server at a terminal for the PIN, or the passphrase, once each. Shares are of several people, who
  /// bring them with `claviger unseal`; so may what was mistyped here.
  func askAtTerminal() async {
    while opened == nil, Terminal.isAttended, let prompt = prompt, let typed = Terminal.wiped(prompt) {
      let before = wanted
      do throws(SealRefusal) {
        _ = try await add(typed.withBytes { Payload(copying: $0) })
      } catch {
        FileHandle.standardError.write(Data("claviger: \(error.reason)\n".utf8))
      }
      guard wanted != before else { return }
    }
  }

  private var prompt: String? {
    switch wanted {
    case .pin: "PIN of the token: "
    case .passphrase: "passphrase of the seal: "
    case .share, nil: nil
    }
  }
}
