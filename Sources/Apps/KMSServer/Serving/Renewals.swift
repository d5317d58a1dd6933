import DoorAzure
import DoorKMIP
import KMSDomain
import KMSEngine

/// What becomes of objects that want another in their place: the door knows that they came through.
struct Renewals: Sendable {
  let desk: Desk

  func work(for key: ProtectedKey) async throws(KMSError) -> ObjectWork {
    switch key.record.home.kind {
    case .aws, .kmip: try await Renewal(desk).work(for: key)
    case .vault, .managedHSM: VaultRenewal.work(for: key)
    }
  }
}
