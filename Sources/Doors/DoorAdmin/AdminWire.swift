import AdminAPI
import FoundationEssentials
import HTTPTypes
import Hummingbird
import KMSDomain
import NIOCore

/// A request that the door itself refuses.
struct AdminRefusal: Error {
  let status: HTTPResponse.Status
  let fault: AdminFault

  static let foreignPeer = AdminRefusal(
    status: .forbidden,
    fault: AdminFault(code: "foreignPeer", message: "run the command as the user that runs the server"))
  static let notFound = AdminRefusal(
    status: .notFound, fault: AdminFault(code: "notFound", message: "this server has no such path"))
  static func busy(_ progress: ChangeProgress?) -> AdminRefusal {
    let stand = progress.map { " (\($0.done) of \($0.total) steps are done)" } ?? ""
    return AdminRefusal(
      status: .conflict,
      fault: AdminFault(
        code: "busy",
        message: "another change of the root key or of epochs is under way\(stand): try again when it ended"))
  }
  static let developmentOnly = AdminRefusal(
    status: .forbidden,
    fault: AdminFault(code: "developmentOnly", message: "only a server that was started with --dev does this")
  )

  static func invalidRequest(_ message: String) -> AdminRefusal {
    AdminRefusal(status: .badRequest, fault: AdminFault(code: "invalidRequest", message: message))
  }
}

/// How answers of this door look.
enum AdminWire {
  static func response(_ body: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let bytes = ByteBuffer(bytes: try encoder.encode(body))
    return Response(
      status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: bytes))
  }

  static func fault(_ error: KMSError) -> AdminFault {
    AdminFault(code: error.code, message: AdminFaultText.message(error))
  }

  static func status(_ error: KMSError) -> HTTPResponse.Status {
    switch error {
    case .grantNotFound, .invalidGrantToken, .unsupportedGrantOperation, .unsupportedGrantConstraint,
      .tooManyGrants:
      .badRequest
    case .rotationUnsupported, .rotationImminent, .rotationNotDue, .tooManyRotations: .badRequest
    case .vault(.notFound), .vault(.itemNotFound), .vault(.roleNotFound), .vault(.assignmentNotFound):
      .notFound
    case .vault(.nameInUse), .vault(.isDeleted), .vault(.isNotDeleted), .vault(.assignmentExists): .conflict
    case .customKeyStore, .vault, .attestation, .identity, .session, .object: .badRequest
    case .seedContradiction: .conflict
    case .keyNotPrimary, .keyNotReplica, .relatedKeyExists, .tooManyReplicas: .conflict
    case .wrongOrigin, .invalidExpiry, .singleMaterial, .otherMaterialPending, .noMaterialPending,
      .materialNotFound, .materialNotExpired:
      .badRequest
    case .tooManyKeys, .throttled: .badRequest
    case .cryptography: .badRequest
    case .denied: .forbidden
    case .keyNotFound, .aliasNotFound: .notFound
    case .contention, .aliasExists, .keyDestroyed, .keyDisabled, .keyPendingDeletion, .keyNotPendingDeletion,
      .keyPendingImport, .aliasTargetMismatch:
      .conflict
    case .ciphertextKeyInaccessible, .policyLockout, .malformedPolicy, .invalidCiphertext, .incorrectKey,
      .invalidKeyUsage, .noPublicKey, .contextUnsupported, .tooBusy, .incompatibleAlgorithm,
      .incompatibleMessageForm, .invalidDigestLength,
      .plaintextTooLong, .invalidSignature, .invalidMAC, .invalidPublicKey, .unsupportedAlgorithm,
      .invalidImportToken, .expiredImportToken, .incorrectKeyMaterial, .incompatibleImport, .tooManyTags,
      .tooManyAliases, .invalidMarker, .dryRun:
      .badRequest
    case .corrupt, .permitMismatch: .internalServerError
    case .storeUnavailable, .auditUnavailable, .custodyUnavailable: .serviceUnavailable
    }
  }
}
