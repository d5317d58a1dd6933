import Foundation
import KMSDomain
import Testing

@testable import CustodySoftware

/// Post-quantum algorithms, and Ed25519ph, are in libcrypto from 3.5 on. A process has one libcrypto, so the tests that need
/// a newer one run in a child with another on its library path.
enum NewerLibrary {
  /// Whether this process has one.
  static var isHere: Bool { OpenSSL.start() && KeySpec.mlDSA65.isInLibrary && KeySpec.mlKEM768.isInLibrary }

  /// A folder with a newer libcrypto.so.3, if somebody named one.
  static var folder: String? { ProcessInfo.processInfo.environment["CLAVIGER_NEWER_LIBCRYPTO"] }
}

@Suite("A newer libcrypto on the library path is enough")
struct NewerLibraryTests {
  @Test(
    "the suites of custody pass on it, with what only it has",
    .enabled(
      if: NewerLibrary.folder != nil && !NewerLibrary.isHere,
      """
      SKIPPED: name a folder with libcrypto.so.3 of OpenSSL 3.5 or later in CLAVIGER_NEWER_LIBCRYPTO; the wheel of \
      psycopg-binary 3.3.9 carries one
      """))
  func child() async throws {
    let folder = try #require(NewerLibrary.folder)
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let filter = "CustodySoftwareTests"
    process.arguments =
      Array(CommandLine.arguments.dropFirst()).filter { !$0.hasPrefix("--filter") } + ["--filter", filter]
    var environment = ProcessInfo.processInfo.environment
    environment["LD_LIBRARY_PATH"] = [folder, environment["LD_LIBRARY_PATH"] ?? ""].joined(separator: ":")
    environment["CLAVIGER_NEWER_LIBCRYPTO"] = nil
    environment["CLAVIGER_EXPECTS_POST_QUANTUM"] = "1"
    process.environment = environment
    let temporary = try TemporaryFolder()
    try temporary.write([], "output")
    let output = try FileHandle(forWritingTo: temporary.url.appending(path: "output"))
    process.standardOutput = output
    process.standardError = output
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in done.resume() }
      do { try process.run() } catch { done.resume(throwing: error) }
    }
    let said = String(
      decoding: try Data(contentsOf: temporary.url.appending(path: "output")), as: UTF8.self)
    let failures = said.split(separator: "\n").filter { $0.contains("✘") }.joined(separator: "\n")
    #expect(process.terminationStatus == 0, "\(failures)")
    #expect(said.contains("and by ML-DSA"))
  }

  @Test("a process that was promised a newer libcrypto has it")
  func promised() {
    guard ProcessInfo.processInfo.environment["CLAVIGER_EXPECTS_POST_QUANTUM"] != nil else { return }
    #expect(NewerLibrary.isHere)
    for spec in KeySpec.allCases { #expect(spec.isInLibrary, "\(spec)") }
    for algorithm in SigningAlgorithm.allCases { #expect(algorithm.isInLibrary, "\(algorithm)") }
  }
}
