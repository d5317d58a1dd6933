import KMSDomain
import Synchronization
import Testing

@testable import KMSServer

@Suite struct ServingTests {
  /// A machine's clock that stands still.
  private struct Stopped: TimeSource {
    func now() -> Instant { Instant(milliseconds: 1_000_000) }
  }

  @Test func `a moved clock stays moved after a restart`() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/clock"
    let clock = try AdjustableClock(over: Stopped(), keptIn: path)
    #expect(clock.now() == Stopped().now())
    try clock.advance(seconds: 86_400)
    try clock.advance(seconds: 1)
    #expect(clock.now() == Stopped().now().advanced(seconds: 86_401))
    #expect(clock.aheadSeconds == 86_401)
    let restarted = try AdjustableClock(over: Stopped(), keptIn: path)
    #expect(restarted.now() == clock.now())
  }

  @Test func `a clock never goes back and never overflows`() throws {
    let scratch = try Scratch()
    let clock = try AdjustableClock(over: Stopped(), keptIn: scratch.path + "/clock")
    try clock.advance(seconds: -5)
    #expect(clock.now() == Stopped().now())
    try clock.advance(seconds: .max)
    try clock.advance(seconds: .max)
    #expect(clock.now() > Stopped().now().advanced(days: 300_000))
  }

  @Test func `a move that can't be kept doesn't happen`() throws {
    let scratch = try Scratch()
    let clock = try AdjustableClock(over: Stopped(), keptIn: scratch.path + "/absent/clock")
    #expect(throws: KMSError.storeUnavailable) { try clock.advance(seconds: 1) }
    #expect(clock.now() == Stopped().now())
  }

  @Test(arguments: ["", "soon", "-1", "99999999999999999999"])
  func `a damaged clock file is not believed`(text: String) throws {
    let scratch = try Scratch()
    scratch.write(text, to: "clock")
    #expect(throws: Problem.self) { try AdjustableClock(over: Stopped(), keptIn: scratch.path + "/clock") }
  }

  @Test func `the program is started again once, without crash reports that print memory`() throws {
    let first = try #require(SelfRestart.environment(after: ["SWIFT_BACKTRACE": "enable=yes", "A": "b"]))
    #expect(first == ["SWIFT_BACKTRACE": "enable=no", "A": "b"])
    #expect(SelfRestart.environment(after: first) == nil)
  }

  @Test func `the server is ready when the last door is open`() {
    let ready = Mutex(0)
    let doors = OpenDoors(expecting: [.http, .https, .admin]) { _ in ready.withLock { $0 += 1 } }
    doors.opened(.admin, port: 0)
    doors.opened(.https, port: 2)
    #expect(ready.withLock { $0 } == 0)
    doors.opened(.http, port: 1)
    #expect(ready.withLock { $0 } == 1)
    let loopback = Endpoint(host: "127.0.0.1", port: 0)
    #expect(doors.url(.http, loopback) == "http://127.0.0.1:1")
    #expect(doors.url(.https, loopback) == "https://localhost:2")
    #expect(doors.url(.https, Endpoint(host: "kms.example", port: 0)) == "https://kms.example:2")
    #expect(doors.url(.http, nil) == nil)
  }

  @Test func `a door that the server does without isn't waited for, and it says why`() {
    let ready = Mutex(0)
    let doors = OpenDoors(expecting: [.http, .kmip, .admin]) { _ in ready.withLock { $0 += 1 } }
    doors.opened(.admin, port: 0)
    doors.opened(.http, port: 1)
    #expect(ready.withLock { $0 } == 0)
    doors.gaveUp(.kmip, because: "taken")
    #expect(ready.withLock { $0 } == 1)
    #expect(doors.obstacle(to: .kmip) == "taken" && doors.obstacle(to: .http) == nil)
    #expect(doors.url(.kmip, Endpoint(host: "127.0.0.1", port: 5696)) == nil)
  }
}
