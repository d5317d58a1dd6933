package import KMSBytes
package import KMSDomain

/// All that keeps identities in memory, as one.
package struct IdentityMemories: IdentityMemory {
  private let accessKeys: AccessKeyAuthenticator
  private let certificates: CertificateAuthenticator
  private let applications: KnownApplications

  package init(
    _ accessKeys: AccessKeyAuthenticator, _ certificates: CertificateAuthenticator,
    _ applications: KnownApplications
  ) {
    self.accessKeys = accessKeys
    self.certificates = certificates
    self.applications = applications
  }

  package func forget(accessKey: String) { accessKeys.forget(accessKey: accessKey) }

  package func forget(certificate: CertificateFingerprint) { certificates.forget(certificate: certificate) }

  package func forget(application: GUID) { applications.forget(application: application) }

  package func forget(principal: IdentityID) {
    accessKeys.forget(principal: principal)
    certificates.forget(principal: principal)
    applications.forget(principal: principal)
  }

  package func forgetAll(of account: AccountID) {
    accessKeys.forgetAll(of: account)
    certificates.forgetAll(of: account)
    applications.forgetAll(of: account)
  }

  package func unstoredUse(of accessKey: String) -> AccessKeyUse? { accessKeys.unstoredUse(of: accessKey) }
  package var unstoredUses: [AccessKeyUse] { accessKeys.unstoredUses }
  package func settle(_ uses: [AccessKeyUse]) { accessKeys.settle(uses) }
}
