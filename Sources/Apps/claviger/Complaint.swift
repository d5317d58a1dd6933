import ArgumentParser
import Foundation
import KMSServer

/// How a failed command tells why: one line on standard error, and what to do.
enum Complaint {
  static func exit(_ error: any Error) -> Never {
    // Help that was asked for, a wrong command line: the parser words those itself.
    guard Claviger.exitCode(for: error) == .failure, !(error is ExitCode) else {
      Claviger.exit(withError: error)
    }
    switch error {
    case let problems as ConfigurationProblems:
      for problem in problems.all { say("claviger: \(problem)") }
    default: say("claviger: \(error)")
    }
    Claviger.exit(withError: ExitCode.failure)
  }

  static func say(_ line: String) {
    let oneLine = line.split(whereSeparator: \.isNewline).joined(separator: " ")
    FileHandle.standardError.write(Data((oneLine + "\n").utf8))
  }
}
