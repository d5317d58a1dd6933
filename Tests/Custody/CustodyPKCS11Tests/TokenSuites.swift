import Testing

/// All suites that use the one module of this process, one test after the other.
@Suite(.serialized) enum TokenSuites {}
