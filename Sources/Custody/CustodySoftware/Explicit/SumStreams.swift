import KMSDomain
import KMSSecrets

/// What pieces are added to.
protocol Accumulator: Sendable {
  /// What comes out in the end.
  associatedtype Whole: Sendable
  func adding(_ piece: consuming SecretBytes) throws(KMSError) -> Self
  func whole() throws(KMSError) -> Whole
}

extension SumBox: Accumulator {
  func adding(_ piece: consuming SecretBytes) throws(KMSError) -> Self {
    try add(piece)
    return self
  }

  func whole() throws(KMSError) -> [UInt8] { try finish() }
}

/// For what must see the whole message at once.
extension HeldBack: Accumulator {
  func adding(_ piece: consuming SecretBytes) throws(KMSError) -> HeldBack {
    var more = self
    try more.add(piece)
    return more
  }

  func whole() throws(KMSError) -> Secret { Secret(joined()) }
}

/// Hashes, codes, and signatures, which are made of what was added.
final class GatheringStream<Input: Accumulator>: SummingStream {
  private let entry: StreamGuard
  private let cell: StreamCell<Input>
  private let conclude: @Sendable (Input.Whole) throws(KMSError) -> [UInt8]

  init(
    _ entry: StreamGuard, _ input: Input,
    _ conclude: @escaping @Sendable (Input.Whole) throws(KMSError) -> [UInt8]
  ) {
    self.entry = entry
    cell = StreamCell(input)
    self.conclude = conclude
  }

  func add(_ piece: Payload, permit: borrowing Permit) throws(KMSError) {
    try entry.check(permit)
    try cell.step { (input) throws(KMSError) in input = try input.adding(try StreamGuard.take(piece)) }
  }

  func finish(_ piece: Payload?, permit: borrowing Permit) throws(KMSError) -> [UInt8] {
    try entry.check(permit)
    let conclude = conclude
    return try cell.end { (input) throws(KMSError) in
      try conclude(try input.adding(try StreamGuard.take(piece)).whole())
    }
  }
}

/// The same for comparing.
final class JudgingStream<Input: Accumulator>: VerifyingStream {
  private let entry: StreamGuard
  private let cell: StreamCell<Input>
  private let judge: @Sendable ([UInt8], Input.Whole) throws(KMSError) -> Void

  init(
    _ entry: StreamGuard, _ input: Input,
    _ judge: @escaping @Sendable ([UInt8], Input.Whole) throws(KMSError) -> Void
  ) {
    self.entry = entry
    cell = StreamCell(input)
    self.judge = judge
  }

  func add(_ piece: Payload, permit: borrowing Permit) throws(KMSError) {
    try entry.check(permit)
    try cell.step { (input) throws(KMSError) in input = try input.adding(try StreamGuard.take(piece)) }
  }

  func finish(_ piece: Payload?, expecting code: [UInt8], permit: borrowing Permit) throws(KMSError) {
    try entry.check(permit)
    let judge = judge
    try cell.end { (input) throws(KMSError) in
      try judge(code, try input.adding(try StreamGuard.take(piece)).whole())
    }
  }
}
