import DoorAzure
import DoorKMIP
import KMSDomain
import KMSEngine

/// What becomes of objects that want another in their place: the door knows that they came through.
enum Renewals {
  static func work(for key: ProtectedKey) -> ObjectWork {
    switch key.record.home.kind {
    case .aws, .kmip: Renewal.work(for: key)
    case .vault, .managedHSM: VaultRenewal.work(for: key)
    }
  }
}
