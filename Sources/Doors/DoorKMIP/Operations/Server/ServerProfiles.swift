import WireKMIP

/// The profiles by which the server is made (KMIP Profiles 1.0 to 2.1): those whose test cases it passes.
///
/// Not claimed: the complete server, which has no test cases; those that demand cipher suites of TLS 1.2 that the TLS library doesn't
/// have (baseline servers by TLS 1.2, Suite B).
enum ServerProfiles {
  /// Whatever way a message comes.
  static let everywhere: [KMIP.ProfileName] = [
    .baselineServerBasicKMIPV1_2, .baselineServerBasicKMIPV1_3, .baselineServerBasicKMIPV1_4, .baselineServer,
    .tapeLibraryServerKMIPV1_0, .tapeLibraryServerKMIPV1_1, .tapeLibraryServerKMIPV1_2,
    .tapeLibraryServerKMIPV1_3, .tapeLibraryServerKMIPV1_4, .tapeLibraryServer,
    .symmetricKeyLifecycleServerKMIPV1_0, .symmetricKeyLifecycleServerKMIPV1_1,
    .symmetricKeyLifecycleServerKMIPV1_2, .symmetricKeyLifecycleServerKMIPV1_3,
    .symmetricKeyLifecycleServerKMIPV1_4, .symmetricKeyLifecycleServer,
    .asymmetricKeyLifecycleServerKMIPV1_0, .asymmetricKeyLifecycleServerKMIPV1_1,
    .asymmetricKeyLifecycleServerKMIPV1_2, .asymmetricKeyLifecycleServerKMIPV1_3,
    .asymmetricKeyLifecycleServerKMIPV1_4, .asymmetricKeyLifecycleServer,
    .basicCryptographicServerKMIPV1_2, .basicCryptographicServerKMIPV1_3, .basicCryptographicServerKMIPV1_4,
    .basicCryptographicServer,
    .advancedCryptographicServerKMIPV1_2, .advancedCryptographicServerKMIPV1_3,
    .advancedCryptographicServerKMIPV1_4, .advancedCryptographicServer,
    .rngCryptographicServerKMIPV1_2, .rngCryptographicServerKMIPV1_3, .rngCryptographicServerKMIPV1_4,
    .rngCryptographicServer,
    .symmetricKeyFoundryServerKMIPV1_0, .symmetricKeyFoundryServerKMIPV1_1,
    .symmetricKeyFoundryServerKMIPV1_2,
    .symmetricKeyFoundryServerKMIPV1_3, .symmetricKeyFoundryServerKMIPV1_4, .symmetricKeyFoundryServer,
    .opaqueManagedObjectStoreServerKMIPV1_0, .opaqueManagedObjectStoreServerKMIPV1_1,
    .opaqueManagedObjectStoreServerKMIPV1_2, .opaqueManagedObjectStoreServerKMIPV1_3,
    .opaqueManagedObjectStoreServerKMIPV1_4, .opaqueManagedObjectStoreServer,
    .storageArrayWithSelfEncryptingDriveServerKMIPV1_0, .storageArrayWithSelfEncryptingDriveServerKMIPV1_1,
    .storageArrayWithSelfEncryptingDriveServerKMIPV1_2, .storageArrayWithSelfEncryptingDriveServerKMIPV1_3,
    .storageArrayWithSelfEncryptingDriveServerKMIPV1_4, .storageArrayWithSelfEncryptingDriveServer,
    .aesXTSServer, .quantumSafeServer, .pkcs11Server,
  ]

  /// Where messages come over HTTPS.
  static let overHTTPS: [KMIP.ProfileName] = [
    .httpsServerKMIPV1_0, .httpsServerKMIPV1_1, .httpsServerKMIPV1_2, .httpsServerKMIPV1_3,
    .httpsServerKMIPV1_4, .httpsServer,
    .jsonServerKMIPV1_0, .jsonServerKMIPV1_1, .jsonServerKMIPV1_2, .jsonServerKMIPV1_3, .jsonServerKMIPV1_4,
    .jsonServer,
    .xmlServerKMIPV1_0, .xmlServerKMIPV1_1, .xmlServerKMIPV1_2, .xmlServerKMIPV1_3, .xmlServerKMIPV1_4,
    .xmlServer,
  ]
}

extension ServerFacts {
  func writeProfiles(into output: inout TTLVWriter) {
    for name in ServerProfiles.everywhere where KMIPRegistry.isKnown(name, in: version) {
      write(name, nil, into: &output)
    }
    guard let https = settings.https else { return }
    for name in ServerProfiles.overHTTPS where KMIPRegistry.isKnown(name, in: version) {
      write(name, https, into: &output)
    }
  }

  private func write(
    _ name: KMIP.ProfileName, _ https: (uri: String, port: Int32)?, into output: inout TTLVWriter
  ) {
    output.structure(.profileInformation) { output in
      output.enumeration(name)
      if version >= .v2_0 {
        output.structure(.profileVersion) { output in
          output.integer(.profileVersionMajor, version.major)
          output.integer(.profileVersionMinor, version.minor)
        }
      }
      guard let https else { return }
      output.text(.serverURI, https.uri)
      output.integer(.serverPort, https.port)
    }
  }
}
