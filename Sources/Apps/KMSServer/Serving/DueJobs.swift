import DoorAdmin
import KMSDomain
import KMSEngine

/// The jobs that do with keys what has become due.
struct DueJobs: Sendable {
  let deletion: DeletionJob
  let rotation: RotationJob
  let expiry: ExpiryJob
  let transition: TransitionJob
  let renewal: RenewalJob
  let removal: RemovalJob

  /// - Parameter devices: keeps material on them.
  init(_ engine: Engine, devices: any DeviceCustody) {
    deletion = DeletionJob(engine)
    rotation = RotationJob(engine)
    expiry = ExpiryJob(engine)
    transition = TransitionJob(engine)
    renewal = RenewalJob(engine, by: Renewals(desk: engine.desk).work)
    removal = RemovalJob(engine, devices)
  }

  /// Each once, when the clock was moved.
  func catchUp() async throws(KMSError) -> AdminDesk.CaughtUp {
    // First, as only what is written down as active is renewed.
    _ = try await transition.runOnce()
    let done = AdminDesk.CaughtUp(
      destroyedKeys: try await deletion.runOnce(),
      rotatedKeys: try await rotation.runOnce() + (try await renewal.runOnce()),
      expiredKeys: try await expiry.runOnce())
    // A token that is away is no reason to say that the clock wasn't moved.
    _ = try? await removal.runOnce()
    return done
  }
}
