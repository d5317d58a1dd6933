import KMSDomain
import Logging

/// The operators' log: one line an entry on standard error, with ids and codes.
enum Log {
  static func make(_ level: Configuration.LogLevel) -> Logger {
    var logger = Logger(label: "claviger") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Log.level(level)
    return logger
  }

  private static func level(_ level: Configuration.LogLevel) -> Logger.Level {
    switch level {
    case .trace: .trace
    case .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    case .critical: .critical
    }
  }
}

/// Faults that callers don't learn of, for the operators.
struct LoggedFaults: FaultLog {
  let logger: Logger

  func record(_ cause: String, request: RequestID?) {
    logger.error(
      "fault", metadata: ["cause": "\(cause)", "request": "\(request?.text ?? "none")"])
  }
}
