import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// What AWS documents about operations on keys in its states, in our words: a second opinion on `StateRequirement`, from outside.
/// The same table with AWS's own errors is tried through the door by `Interop/test_key_states.py`.
// One after the other: every world has files open.
@Suite(.serialized) struct KeyStateMatrixTests {
  /// AWS's states, as far as a key can be in them here.
  enum State: CaseIterable {
    case enabled
    case disabled
    case pendingDeletion
    case pendingImport

    var keyState: KeyState {
      switch self {
      case .enabled: .active
      case .disabled: .suspended
      case .pendingDeletion: .pendingDeletion
      case .pendingImport: .pendingImport
      }
    }
  }

  /// One row: what a key answers in the states in that order. nil where the call succeeds.
  struct Row {
    let trial: Trial
    let answers: [String?]

    static func always(_ trial: Trial) -> Row { Row(trial: trial, answers: [nil, nil, nil, nil]) }
    /// Only while it is on.
    static func whileOn(_ trial: Trial) -> Row {
      Row(trial: trial, answers: [nil, "keyDisabled", "keyPendingDeletion", "keyPendingImport"])
    }
    static func unlessPending(_ trial: Trial) -> Row {
      Row(trial: trial, answers: [nil, nil, "keyPendingDeletion", nil])
    }
    /// Switching on or off, which a key without material can't be.
    static func toggle(_ trial: Trial) -> Row {
      Row(trial: trial, answers: [nil, nil, "keyPendingDeletion", "keyPendingImport"])
    }
  }

  private static let rows: [Row] = [
    Row(
      trial: .cancelDeletion,
      answers: ["keyNotPendingDeletion", "keyNotPendingDeletion", nil, "keyNotPendingDeletion"]),
    .unlessPending(.createAlias), .whileOn(.createGrant), .whileOn(.decrypt), .whileOn(.decryptNamed),
    .always(.deleteAlias), .always(.describe), .toggle(.disable), .toggle(.enable),
    .whileOn(.disableRotation),
    .whileOn(.enableRotation), .whileOn(.encrypt), .whileOn(.dataKey), .whileOn(.dataKeyWithoutPlaintext),
    .always(.getPolicy), .always(.rotationStatus), .always(.lastUsage), .always(.listAliasesOfKey),
    .always(.listGrants), .always(.listPolicies), .always(.listTags), .always(.listRotations),
    .always(.putPolicy), .whileOn(.reEncryptFromKey), .whileOn(.reEncryptToKey), .whileOn(.replicate),
    .whileOn(.replicateTagged), .whileOn(.updatePrimary), .always(.retireGrant),
    .always(.retireGrantByToken), .always(.revokeGrant), .whileOn(.rotateOnDemand), .whileOn(.rotate),
    .unlessPending(.scheduleDeletion), .unlessPending(.tag), .unlessPending(.untag),
    .whileOn(.sign), .whileOn(.verify), .whileOn(.publicKey), .whileOn(.mac), .whileOn(.verifyMac),
    .whileOn(.sharedSecret), .whileOn(.encapsulate), .whileOn(.decapsulate), .unlessPending(.moveAliasHere),
    .whileOn(.dataKeyPair), .whileOn(.dataKeyPairWithoutPlaintext), .whileOn(.decryptForRecipient),
    .whileOn(.dataKeyForRecipient), .whileOn(.dataKeyPairForRecipient), .whileOn(.sharedSecretForRecipient),
    .unlessPending(.importParameters), .unlessPending(.importMaterial), .always(.deleteMaterial),
    .always(.expireMaterial), .always(.moveAliasAway), .unlessPending(.updateDescription),
    .whileOn(.useToEncrypt), .whileOn(.useToDecrypt), .whileOn(.useToSign), .whileOn(.useToVerify),
    .whileOn(.useToMac), .whileOn(.useToVerifyMac),
  ]

  private static let cells = rows.filter(\.trial.kind.isInLibrary).flatMap { row in
    zip(State.allCases, row.answers).map { (row.trial, $0, $1) }
  }

  @Test(arguments: cells)
  func `an operation answers in each state as documented`(
    trial: Trial, state: State, code: String?
  ) async throws {
    let world = try await World(for: trial)
    try await world.prepare(for: trial, in: state.keyState)
    #expect(try await trial.failure(world, as: trial.entitled)?.code == code)
  }

  @Test func `no operation on keys is left out`() {
    let rows = Self.rows.filter(\.trial.kind.isInLibrary)
    let listed = Set(rows.map(\.trial.testDescription))
    // Destroying a key is this server's own affair.
    let all = Set(Trial.all.filter { $0.stateAction != nil }.map(\.testDescription))
      .subtracting([Trial.destroy.testDescription])
    #expect(all.subtracting(listed).isEmpty)
    #expect(listed.count == rows.count)
  }
}
