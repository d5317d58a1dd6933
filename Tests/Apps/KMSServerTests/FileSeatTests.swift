import Foundation
import KMSSystem
import Testing

@Suite struct FileSeatTests {
  @Test func `a file keeps its seat whatever it is called, and a copy has another`() throws {
    let scratch = try Scratch()
    scratch.write("text", to: "one")
    let path = scratch.path + "/one"
    let seat = try #require(FileSeat.of(path))
    #expect(seat.count == 32 && FileSeat.of(path) == seat)
    let files = FileManager.default
    try files.copyItem(atPath: path, toPath: path + "-copy")
    try files.moveItem(atPath: path, toPath: path + "-moved")
    #expect(FileSeat.of(path + "-moved") == seat)
    let copy = try #require(FileSeat.of(path + "-copy"))
    #expect(copy != seat && copy.prefix(16) == seat.prefix(16))
    #expect(FileSeat.of(path) == nil)
  }
}
