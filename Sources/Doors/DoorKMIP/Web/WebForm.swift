import KMSBytes
import WireKMIP

/// In which form a message travels over HTTPS (KMIP Profiles 2.1 section 5.3). An answer has the form of its question.
enum WebForm: CaseIterable {
  case ttlv
  case xml
  case json

  /// - Parameter contentType: with or without parameters, in either case.
  init?(contentType: String) {
    let type = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    guard let form = WebForm.allCases.first(where: { $0.contentType == type }) else { return nil }
    self = form
  }

  var contentType: String {
    switch self {
    case .ttlv: "application/octet-stream"
    case .xml: "text/xml"
    case .json: "application/json"
    }
  }

  /// - Returns: TTLV; nil for what isn't the form.
  func decode(_ body: WipedBytes, names: KMIPFormNames = .standard) -> WipedBytes? {
    switch self {
    case .ttlv: body
    case .xml: try? XMLForm.decode(body, limits: KMIPDoor.limits, names: names)
    case .json: try? JSONForm.decode(body, limits: KMIPDoor.limits, names: names)
    }
  }

  /// An answer of the door.
  func encode(_ answer: WipedBytes) -> [UInt8] {
    switch self {
    case .ttlv: answer.withBytes { [UInt8](copying: $0) }
    case .xml: WebForm.document(answer).map { XMLForm.encode($0.root) } ?? []
    case .json: WebForm.document(answer).map { JSONForm.encode($0.root) } ?? []
    }
  }

  private static func document(_ answer: WipedBytes) -> TTLVDocument? {
    // As long as it gets: the door's own answers are as deep as objects are.
    try? TTLVDocument(answer, limits: .init(bytes: 64 << 20, depth: 64, items: 1_000_000))
  }
}
