/// What may help after a call has failed. Cryptography on a token may be tried again as it is: none of it leaves a trace;
/// whoever makes objects looks first what is left of an earlier attempt.
enum Remedy {
  /// The session is gone, or something is still going on in it.
  case newSession
  case logIn
  /// The token or the connection to it is in trouble: a new session, then looking for the token again, then the whole module
  /// anew.
  case reconnect
  /// Nothing that could be done here: the request itself was wrong, or the token can't do it.
  case none

  init(for code: ReturnCode) {
    switch code {
    case .sessionHandleInvalid, .sessionClosed, .operationActive, .operationNotInitialized,
      .objectHandleInvalid,
      .keyHandleInvalid:
      self = .newSession
    case .userNotLoggedIn: self = .logIn
    case .deviceError, .deviceMemory, .deviceRemoved, .tokenNotPresent, .tokenNotRecognized, .slotIDInvalid,
      .generalError, .functionFailed, .hostMemory, .cryptokiNotInitialized:
      self = .reconnect
    default: self = .none  // codes are the standard's and the vendors', not ours
    }
  }
}
