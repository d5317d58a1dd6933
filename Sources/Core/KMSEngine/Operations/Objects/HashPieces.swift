package import KMSDomain

/// The hash of a caller's bytes, in pieces: no key is used.
package struct HashPieces: Operation {
  package enum Step: Sendable {
    case begin(HashFunction)
    case goOn(any SummingStream, isLast: Bool)
  }

  package enum Answer: Sendable {
    /// For the next piece.
    case open(any SummingStream)
    case hash([UInt8])
  }

  package let account: AccountID
  package let piece: Payload?
  package let step: Step

  package init(_ step: Step, _ piece: Payload?, in account: AccountID) {
    self.account = account
    self.piece = piece
    self.step = step
  }

  package let operation = "HashPieces"
  package var asked: Asked { Asked(.hash, named: "") }
  package var family: RequestFamily? { .objects }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.hash, on: .account(account), named: ""))
  }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    switch step {
    case .begin(let function):
      let stream = try desk.custody.hashStream(by: function, permit: permits.first)
      if let piece { try stream.add(piece, permit: permits.first) }
      return Performed(.open(stream))
    case .goOn(let stream, isLast: false):
      if let piece { try stream.add(piece, permit: permits.first) }
      return Performed(.open(stream))
    case .goOn(let stream, isLast: true):
      return Performed(.hash(try stream.finish(piece, permit: permits.first)))
    }
  }
}
