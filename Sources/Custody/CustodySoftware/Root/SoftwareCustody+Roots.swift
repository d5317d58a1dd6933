package import KMSDomain
import KMSSecrets
import Synchronization

extension SoftwareCustody {
  /// The roots that are open, and the seal file that they are from.
  package var roots: OpenSeal { openSeal.withLock { $0 } }

  /// By what epochs are sealed and opened now.
  var sealing: EpochSealing { EpochSealing(roots: roots, erasure: erasure) }

  /// Takes the roots of a file that was written: what is wrapped from here on is under its root.
  package func adopt(_ seal: OpenSeal) { openSeal.withLock { $0 = seal } }

  /// Those of the epochs that aren't under the root in force, not for the recovery that there is, or have no code, as they are to
  /// be stored.
  /// Doing it again changes nothing.
  /// - Parameter each: called for each of the epochs once it is known or done.
  /// - Throws: `KMSError.corrupt(.epoch)`, `custodyUnavailable`.
  package func rewrapped(
    _ epochs: [EpochRecord], each: () -> Void = {}
  ) throws(KMSError) -> [EpochRecord] {
    let sealing = sealing
    do throws(SealError) {
      var changed: [EpochRecord] = []
      for record in epochs {
        if let renewed = try sealing.renewed(record) { changed.append(renewed) }
        each()
      }
      return changed
    } catch {
      throw SoftwareCustody.epochError(error)
    }
  }

  /// Those of the epochs that have no code, with one; what they are under stays. Before the seal file of a store from before there
  /// were codes gets a generation, for then every epoch has to have one.
  /// - Throws: `KMSError.corrupt(.epoch)`, `custodyUnavailable`.
  package func coded(_ epochs: [EpochRecord]) throws(KMSError) -> [EpochRecord] {
    let sealing = sealing
    do throws(SealError) {
      var changed: [EpochRecord] = []
      for record in epochs where record.code == nil {
        try sealing.check(record)
        changed.append(try sealing.coded(record))
      }
      return changed
    } catch {
      throw SoftwareCustody.epochError(error)
    }
  }

  /// What the store is to know of the seal file in force.
  package var sealNote: Authenticated<SealNote> {
    let note = roots.file.note
    return Authenticated(note, code: code(for: note.canonicalBytes))
  }

  /// How many of the epochs the recovery opens; nil without one.
  package func recoverable(_ epochs: [EpochRecord]) -> Int? {
    let sealing = sealing
    guard sealing.roots.recovery != nil else { return nil }
    return epochs.count { sealing.isForRecovery($0) }
  }

  static func epochError(_ error: SealError) -> KMSError {
    error == .rejected || error == .malformed ? .corrupt(.epoch) : .custodyUnavailable
  }
}
