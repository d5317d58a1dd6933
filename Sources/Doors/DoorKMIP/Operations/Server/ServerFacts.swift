import WireKMIP

/// What the server says of itself, as far as a version can ask.
struct ServerFacts {
  let version: KMIPVersion
  let settings: KMIPSettings
  /// Whether what is made Sensitive and not Extractable is made on a token.
  let makesKeysElsewhere: Bool

  static let vendor = "claviger"

  func write(_ function: KMIP.QueryFunction, into output: inout TTLVWriter) {
    switch function {
    case .queryOperations: writeOperations(into: &output)
    case .queryObjects:
      for type in KMIP.ObjectType.allCases where KMIPRegistry.isKnown(type, in: version) {
        output.enumeration(type)
      }
    case .queryServerInformation: writeServer(into: &output)
    case .queryRNGs: RandomSource.write(.rngParameters, into: &output)
    case .queryValidations: writeValidation(into: &output)
    case .queryProfiles: writeProfiles(into: &output)
    case .queryCapabilities: writeCapabilities(into: &output)
    case .queryClientRegistrationMethods:
      output.enumeration(KMIP.ClientRegistrationMethod.serverPreGenerated)
      output.enumeration(KMIP.ClientRegistrationMethod.clientRegistered)
    case .queryStorageProtectionMasks:
      output.structure(.protectionStorageMasks) { output in
        output.mask(.protectionStorageMask, KMIP.ProtectionStorageMask.software)
        if makesKeysElsewhere {
          output.mask(.protectionStorageMask, KMIP.ProtectionStorageMask.hardware)
        }
      }
    // It makes no application data, has no extensions, and takes no attestations.
    case .queryApplicationNamespaces, .queryExtensionList, .queryExtensionMap, .queryAttestationTypes: break
    // Of the client's account: not the server's to say.
    case .queryDefaultsInformation: break
    }
  }

  private func writeOperations(into output: inout TTLVWriter) {
    for operation in Catalogue.all where KMIPRegistry.isKnown(operation.code, in: version) {
      output.enumeration(operation.code)
    }
  }

  private func writeServer(into output: inout TTLVWriter) {
    output.text(.vendorIdentification, ServerFacts.vendor)
    output.structure(.serverInformation) { output in
      // Before, what stands here is the vendor's to choose, and clients can't read what they don't know.
      guard version >= .v2_0 else { return }
      output.text(.serverVersion, settings.version)
      output.text(.productName, "Claviger")
    }
  }

  /// Nobody has validated the server, and this is how a list of validations says so.
  private func writeValidation(into output: inout TTLVWriter) {
    output.structure(.validationInformation) { output in
      output.enumeration(KMIP.ValidationAuthorityType.unspecified)
      output.integer(.validationVersionMajor, 0)
      output.enumeration(KMIP.ValidationType.software)
      output.integer(.validationLevel, 0)
    }
  }

  private func writeCapabilities(into output: inout TTLVWriter) {
    output.structure(.capabilityInformation) { output in
      output.boolean(.streamingCapability, true)
      output.boolean(.asynchronousCapability, true)
      output.boolean(.attestationCapability, false)
      if version >= .v1_4 {
        output.boolean(.batchUndoCapability, true)
        output.boolean(.batchContinueCapability, true)
      }
      output.enumeration(KMIP.UnwrapMode.processed)
      output.enumeration(KMIP.DestroyAction.keyMaterialDeleted)
      output.enumeration(KMIP.ShreddingAlgorithm.cryptographic)
      output.enumeration(KMIP.RNGMode.sharedInstantiation)
      if version >= .v2_0 { output.boolean(.quantumSafeCapability, false) }
    }
  }
}
