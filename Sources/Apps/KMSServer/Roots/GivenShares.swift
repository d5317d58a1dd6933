import CustodySoftware
import KMSBytes
import KMSDomain

/// Recovery shares as they come in, for the store in a directory.
struct GivenShares {
  let file: SealFile
  private let holder: SealHolder
  private let box: ShareBox

  /// - Throws: `Problem` where nobody made recovery shares; what the seal file says.
  init(for directory: DataDirectory) throws {
    file = try SealFile(in: directory)
    guard let entry = file.recovery else {
      throw Problem(
        "no recovery shares were ever made for \(directory.path)",
        remedy: "restore what opens its seal; make shares then with claviger recovery create")
    }
    holder = entry.holder
    box = try ShareBox(for: holder, in: file.store)
  }

  /// How many shares were handed in, and how many are needed.
  var progress: (given: Int, needed: Int) { (box.progress.given, box.progress.needed) }
  var store: String { SealAdministrator.fingerprint(file.store) }

  /// - Throws: `Problem` for what is no share of this recovery.
  func add(_ share: WipedBytes) throws {
    do throws(ShareBox.Refusal) {
      try box.add(share.withBytes { Payload(copying: $0) })
    } catch {
      throw Problem("the share was not taken", remedy: error.words)
    }
  }

  /// What they open.
  func open() throws -> OpenSeal {
    try OpenSeal(file, by: RecoverySeal(SharedParameters(holder), box: box), for: file.store)
  }
}
