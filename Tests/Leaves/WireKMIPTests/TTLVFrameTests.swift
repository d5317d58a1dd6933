import KMSBytes
import Testing

@testable import WireKMIP

@Suite struct TTLVFrameTests {
  private func read(_ bytes: [UInt8], limit: Int = 1000) throws(TTLVError) -> TTLVFrame.Header {
    try TTLVFrame.read(bytes.span, limit: limit)
  }

  @Test func `the first bytes say how long the message is`() throws {
    let header: [UInt8] = [0x42, 0x00, 0x78, 1, 0, 0, 0, 0x90, 0xff]
    #expect(try read(header) == TTLVFrame.Header(tag: .requestMessage, length: 0x98))
    #expect(try read(header, limit: 0x98).length == 0x98)
  }

  @Test(arguments: [
    ([0x42, 0, 0x78, 1, 0, 0, 0], TTLVError.Reason.truncated),
    ([0x42, 0, 0x78, 1, 0, 0, 0x10, 0], .tooLarge), ([0x42, 0, 0x78, 1, 0xff, 0xff, 0xff, 0xf8], .tooLarge),
    ([0x42, 0, 0x78, 1, 0, 0, 0, 4], .wrongLength), ([0x42, 0, 0x78, 2, 0, 0, 0, 8], .unknownType),
    (Array("GET / HTTP".utf8), .invalidTag), ([0x16, 3, 1, 2, 0, 1, 0, 1], .invalidTag),
  ])
  func `what can't be a message is refused before it is read`(bytes: [UInt8], reason: TTLVError.Reason) {
    #expect { try read(bytes) } throws: { ($0 as? TTLVError)?.reason == reason }
  }
}
