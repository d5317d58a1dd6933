import KMSDomain
import KMSTestKit

extension GuardedCall {
  static let statements = [
    GuardedCall(name: "place", actions: [.attestVaultKey, .describeKey], spec: .p256) { subject, permit in
      let place = try subject.custody.place(of: subject.live, permit: permit)
      try expect(place.isDevice == subject.live.isElsewhere, "it is where it is used")
    },
    GuardedCall(name: "signStatement", actions: [.attestVaultKey, .describeKey], spec: .p256) {
      subject, permit in
      let key = try subject.custody.open(subject.custody.statementKey())
      let signature = try subject.custody.signStatement([1], about: subject.live, with: key, permit: permit)
      try expect(signature.count == 256, "RSA-2048 signs 256 bytes")
    },
  ]
}

extension CustodyConformance {
  static let statementChecks = [
    CustodyConformance("nothing but a key of tokens signs statements") { custody in
      let (subject, other) = (try Subject(in: custody, .rsa2048), try Subject(in: custody, key: 2, .rsa2048))
      try refused(.permitMismatch, "signStatement with a key of somebody") {
        try custody.signStatement(
          [1], about: subject.live, with: other.live, permit: subject.permit(.attestVaultKey))
      }
    },
    CustodyConformance("a public half alone is in memory") { custody in
      let subject = try Subject(in: custody, .p256)
      let place = try custody.place(of: try subject.publicHalf(), permit: subject.permit(.attestVaultKey))
      try expect(!place.isDevice, "no device has it")
    },
  ]
}

extension MaterialPlace {
  fileprivate var isDevice: Bool {
    switch self {
    case .memory: false
    case .device: true
    }
  }
}

extension TokenCustody {
  fileprivate func statementKey() throws -> TokenKey {
    try makeTokenKey(
      GUID(Bits128(high: 0, low: 3)), createdAt: Fixtures.start, startsAt: Fixtures.start,
      permit: Permits.permit(.renewTokenKey))
  }
}
