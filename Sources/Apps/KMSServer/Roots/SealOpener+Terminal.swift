import AdminAPI
import DoorAdmin
import Foundation
import KMSDomain
import KMSSystem

extension SealOpener {
  /// Asks whoever started the server at a terminal for the PIN, or the passphrase, once each. Shares are of several people, who
  /// bring them with `claviger unseal`; so may what was mistyped here.
  func askAtTerminal() async {
    while opened == nil, Terminal.isAttended, let prompt = prompt, let typed = Terminal.secret(prompt) {
      let before = wanted
      do throws(SealRefusal) {
        _ = try await add(Payload(copying: typed.span))
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
