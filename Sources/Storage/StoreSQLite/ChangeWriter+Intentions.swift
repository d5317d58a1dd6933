import Foundation
import GRDB
import KMSDomain

/// What is about to be made on a device: one row for a version, until a key has it.
extension ChangeWriter {
  func keep(_ intention: DeviceIntention) throws {
    try run(
      "INSERT INTO device_intentions (version, content) VALUES (?, ?)",
      [Data(intention.version.bits.bytes), Data(intention.bytes)])
  }

  func forgetIntention(of version: VersionID) throws {
    try run("DELETE FROM device_intentions WHERE version = ?", [Data(version.bits.bytes)])
  }
}
