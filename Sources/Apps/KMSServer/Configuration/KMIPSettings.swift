extension Setting {
  static let kmip = [
    Setting("kmip.connections-per-client") { draft, text throws(ValueProblem) in
      draft.result.kmip.connectionsPerClient = try Value.count(text, from: 1, to: 1_000_000)
    },
    Setting("kmip.handshake-timeout") { draft, text throws(ValueProblem) in
      draft.result.kmip.handshakeTimeout = try Value.duration(
        text, from: .milliseconds(100), to: .seconds(600))
    },
    Setting("kmip.message-timeout") { draft, text throws(ValueProblem) in
      draft.result.kmip.messageTimeout = try Value.duration(
        text, from: .milliseconds(100), to: .seconds(3600))
    },
    Setting("kmip.idle-timeout") { draft, text throws(ValueProblem) in
      draft.result.kmip.idleTimeout = try Value.duration(
        text, from: .milliseconds(100), to: .seconds(86_400))
    },
    Setting("kmip.lease-time") { draft, text throws(ValueProblem) in
      draft.result.kmip.leaseTime = try Value.duration(
        text, from: .zero, to: .seconds(365 * 86_400))
    },
  ]
}
