import KMSDomain
import KMSTestKit

extension CustodyConformance {
  /// What signs the tokens of the server's own authority.
  static let tokenChecks = [
    CustodyConformance("a key of tokens is made by its own permit, without a key, and by no other") {
      custody in
      let subject = try Subject(in: custody)
      for action in Action.allCases {
        if action != .renewTokenKey {
          try refused(.permitMismatch, "makeTokenKey by \(action)") {
            try custody.makeTokenKey(1, permit: Permits.permit(action))
          }
        }
        try refused(.permitMismatch, "makeTokenKey by a permit for a key") {
          try custody.makeTokenKey(1, permit: subject.permit(action))
        }
      }
      let (one, other) = (try custody.tokenKey(1), try custody.tokenKey(2))
      try expect(one.publicKey != other.publicKey, "each key is another")
      try expect(one.material != other.material, "each key is kept for itself")
    },
    CustodyConformance("tokens are signed by their own permit, without a key, and by no other") { custody in
      let subject = try Subject(in: custody)
      let key = try custody.open(custody.tokenKey(1))
      for action in Action.allCases {
        if action != .issueToken {
          try refused(.permitMismatch, "signToken by \(action)") {
            try custody.signToken([1], with: key, permit: Permits.permit(action))
          }
        }
        try refused(.permitMismatch, "signToken by a permit for a key") {
          try custody.signToken([1], with: key, permit: subject.permit(action))
        }
      }
      let signature = try custody.signToken([1], with: key, permit: Permits.permit(.issueToken))
      try expect(signature.count == 256, "RSA-2048 signs 256 bytes")
    },
    CustodyConformance("no other key signs tokens, and a key of tokens does nothing else") { custody in
      let subject = try Subject(in: custody, .rsa2048)
      try refused(.permitMismatch, "signToken with a key of somebody") {
        try custody.signToken([1], with: subject.live, permit: Permits.permit(.issueToken))
      }
      let key = try custody.open(custody.tokenKey(1))
      let permit = { (action: Action) in try Permits.permit(action, key: key.key, version: key.version) }
      try refused(.permitMismatch, "sign with a key of tokens") {
        try custody.sign(.test([1]), as: .raw, by: .rsaPKCS1SHA256, with: key, permit: permit(.sign))
      }
      try refused(.permitMismatch, "decrypt with a key of tokens") {
        try custody.decrypt([1], by: .rsaOAEPSHA256, with: key, permit: permit(.decrypt))
      }
    },
    CustodyConformance("a key of tokens opens under its own name and no other") { custody in
      let (one, other) = (try custody.tokenKey(1), try custody.tokenKey(2))
      let moved = TokenKey(
        id: other.id, material: one.material, publicKey: one.publicKey, createdAt: one.createdAt,
        startsAt: one.startsAt)
      try refused(.corrupt(.keyMaterial), "the material of another key") { try custody.open(moved) }
    },
  ]
}

extension TokenCustody {
  fileprivate func makeTokenKey(_ number: UInt64, permit: borrowing Permit) throws(KMSError) -> TokenKey {
    try makeTokenKey(
      GUID(Bits128(high: 0, low: number)), createdAt: Fixtures.start, startsAt: Fixtures.start, permit: permit
    )
  }

  fileprivate func tokenKey(_ number: UInt64) throws -> TokenKey {
    try makeTokenKey(number, permit: Permits.permit(.renewTokenKey))
  }
}
