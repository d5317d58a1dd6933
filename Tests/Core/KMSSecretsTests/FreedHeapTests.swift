import Glibc
import KMSSystem
import Testing

/// The C library's heap as this program has it: blocks are overwritten on their way back. The tests look at memory that was
/// just freed by the same thread, of sizes that the C library keeps for that thread: no other one can have taken it.
@Suite("Freed heap", .serialized)
struct FreedHeapTests {
  /// The C library keeps its lists in the first bytes of a free block.
  private static let links = 32

  private func holdsOnly(_ byte: UInt8, _ block: UnsafeMutableRawPointer, _ range: Range<Int>) -> Bool {
    for index in range where unsafe block.load(fromByteOffset: index, as: UInt8.self) != byte { return false }
    return true
  }

  /// Takes all free blocks of this size from the thread's cache, so that it has room for the next one.
  private func emptyCache(_ size: Int) -> [UnsafeMutableRawPointer?] {
    var taken: [UnsafeMutableRawPointer?] = unsafe []
    for _ in 0..<16 { unsafe taken.append(malloc(size)) }
    return unsafe taken
  }

  @Test("A freed block holds nothing of what was in it", arguments: [100, 500, 1000])
  func freed(size: Int) {
    let taken = unsafe emptyCache(size)
    defer { for index in unsafe 0..<taken.count { unsafe free(taken[index]) } }
    guard let block = unsafe malloc(size) else {
      Issue.record("no memory")
      return
    }
    unsafe memset(block, 0x5a, size)
    let isFilled = unsafe holdsOnly(0x5a, block, 0..<size)
    unsafe free(block)
    let isEmpty = unsafe holdsOnly(0, block, Self.links..<size)
    #expect(isFilled && isEmpty)
  }

  @Test("A block that grows keeps its bytes and leaves none behind", arguments: [100, 500, 1000])
  func grown(size: Int) {
    let taken = unsafe emptyCache(size)
    defer { for index in unsafe 0..<taken.count { unsafe free(taken[index]) } }
    guard let block = unsafe malloc(size) else {
      Issue.record("no memory")
      return
    }
    unsafe memset(block, 0x5a, size)
    guard let moved = unsafe realloc(block, size * 4) else {
      Issue.record("no memory")
      return
    }
    let isKept = unsafe holdsOnly(0x5a, moved, 0..<size)
    let isEmpty = unsafe holdsOnly(0, block, Self.links..<size)
    #expect(isKept && isEmpty)
    unsafe free(moved)
  }

  @Test(
    "Freeing keeps the error number, of small blocks and of those with a mapping of their own",
    arguments: [100, 4 << 20])
  func errorNumber(size: Int) {
    let block = unsafe malloc(size)
    errno = ENOENT
    unsafe free(block)
    let kept = errno
    #expect(kept == ENOENT)
  }

  @Test("A block that shrinks a little stays where it is, and one without size is gone")
  func edges() {
    guard let block = unsafe realloc(nil, 64) else {
      Issue.record("no memory")
      return
    }
    let stays = unsafe realloc(block, 60) == block
    let isGone = unsafe realloc(block, 0) == nil
    #expect(stays && isGone)
  }
}
