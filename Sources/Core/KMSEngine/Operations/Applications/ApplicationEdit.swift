package import KMSDomain
import KMSBytes

/// What is to be changed of an application.
package enum ApplicationEdit: Sendable {
  /// A secret that the server makes, good for so many days.
  case addSecret(days: Int)
  case addCertificate(Application.AssertionCertificate)
  case addFederated(Application.FederatedCredential)
  case removeSecret(GUID)
  /// By the SHA-256 of its DER form.
  case removeCertificate([UInt8])
  case removeFederated(name: String)
  case enable
  case disable
}

extension ApplicationEdit {
  /// What it is, for the audit record.
  var detail: AuditRecord.Detail {
    switch self {
    case .addSecret(let days): AuditRecord.Detail(name: "addSecret", value: "\(days) days")
    case .addCertificate(let one): AuditRecord.Detail(name: "addCertificate", value: Hex.string(one.sha256))
    case .addFederated(let one):
      AuditRecord.Detail(
        name: "addFederated", value: one.name + " " + one.issuer + " " + one.subject + " " + one.audience)
    case .removeSecret(let id): AuditRecord.Detail(name: "removeSecret", value: id.text)
    case .removeCertificate(let id): AuditRecord.Detail(name: "removeCertificate", value: Hex.string(id))
    case .removeFederated(let name): AuditRecord.Detail(name: "removeFederated", value: name)
    case .enable: AuditRecord.Detail(name: "enabled", value: "true")
    case .disable: AuditRecord.Detail(name: "enabled", value: "false")
    }
  }

  /// - Throws: `identity` with what is wrong with it.
  func apply(to application: inout Application, at now: Instant) throws(KMSError) {
    switch self {
    // Making it is the operation's business.
    case .addSecret: throw .permitMismatch
    case .addCertificate(let new):
      guard new.expiresAt > now else { throw .identity(.applicationCredential(.expired)) }
      guard !application.certificates.contains(where: { $0.sha256 == new.sha256 }) else {
        throw .identity(.applicationCredential(.exists))
      }
      application.certificates = try application.certificates.filter { $0.expiresAt > now }.adding(new)
    case .addFederated(let new):
      try ApplicationEdit.check(new)
      guard !application.federated.contains(where: { $0.name == new.name || $0.isAlike(new) }) else {
        throw .identity(.applicationCredential(.exists))
      }
      application.federated = try application.federated.adding(new)
    case .removeSecret(let id): try application.secrets.remove(id.text) { $0.id == id }
    case .removeCertificate(let id): try application.certificates.remove(Hex.string(id)) { $0.sha256 == id }
    case .removeFederated(let name): try application.federated.remove(name) { $0.name == name }
    case .enable: application.isEnabled = true
    case .disable: application.isEnabled = false
    }
  }

  private static func check(_ new: Application.FederatedCredential) throws(KMSError) {
    for text in [new.name, new.issuer, new.subject, new.audience] {
      guard (1...Application.longestText).contains(text.utf8.count) else {
        throw .identity(.applicationCredential(.text))
      }
    }
  }
}

extension Application.FederatedCredential {
  fileprivate func isAlike(_ other: Application.FederatedCredential) -> Bool {
    issuer == other.issuer && subject == other.subject && audience == other.audience
  }
}

extension Array {
  /// - Throws: `identity(.tooMany)`.
  func adding(_ new: Element) throws(KMSError) -> [Element] {
    guard count < Application.mostCredentials else {
      throw .identity(.tooMany(.applicationCredentials, Application.mostCredentials))
    }
    return self + [new]
  }

  /// - Throws: `identity(.applicationCredentialNotFound)`.
  fileprivate mutating func remove(
    _ name: String, where isMeant: (Element) -> Bool
  ) throws(KMSError) {
    let before = count
    removeAll(where: isMeant)
    guard count < before else { throw .identity(.applicationCredentialNotFound(name)) }
  }
}
