package import KMSDomain

/// Changes by what an application proves itself, and whether it may at all.
package struct UpdateApplication: ApplicationWork {
  package typealias Prepared = FoundApplication

  package struct Answer: Sendable {
    package let owned: OwnedApplication
    /// The secret that was asked for; told once.
    package let secret: NewClientSecret?
  }

  package let clientID: GUID
  package let account: AccountID
  private let edit: ApplicationEdit
  private let secrets = ClientSecretMaker()

  package init(_ clientID: GUID, in account: AccountID, _ edit: ApplicationEdit) {
    self.clientID = clientID
    self.account = account
    self.edit = edit
  }

  package let operation = "UpdateApplication"
  package let action = Action.updateApplication
  package var details: [AuditRecord.Detail] { [edit.detail] }

  package func perform(
    _ prepared: FoundApplication, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    let owned = try prepared.present()
    var application = owned.application
    var secret: NewClientSecret?
    if case .addSecret(let days) = edit {
      let new = try secrets.secret(of: clientID, days: days, desk)
      secret = new
      application.secrets = try application.secrets.filter { $0.expiresAt > desk.clock.now() }
        .adding(new.record)
    } else {
      try edit.apply(to: &application, at: desk.clock.now())
    }
    let answer = OwnedApplication(application: application.advanced(), owner: owned.owner)
    guard application != owned.application else { return Performed(Answer(owned: owned, secret: nil)) }
    return Performed(
      Answer(owned: answer, secret: secret),
      change: .updateApplication(
        desk.seal(answer.application), expecting: owned.application.generation),
      details: secret.map { [AuditRecord.Detail(name: "secret", value: $0.record.id.text)] } ?? [])
  }
}
