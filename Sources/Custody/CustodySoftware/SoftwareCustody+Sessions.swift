import KMSBytes
package import KMSDomain
import KMSSecrets

extension SoftwareCustody: SessionVault {
  package func issueSession(
    _ claims: SessionClaims, permit: borrowing Permit
  ) throws(KMSError) -> SessionCredentials {
    guard SoftwareCustody.beginnings.contains(permit.action) else { throw .permitMismatch }
    try permit.check(permit.action, key: nil, version: nil)
    return try issue(claims)
  }

  private static let beginnings = ActionSet(
    [.assumeRole, .assumeRoleWithWebIdentity, .getSessionToken, .getFederationToken])

  package func openSession(_ token: [UInt8], accessKey: String) throws(KMSError) -> SessionClaims? {
    do throws(CryptoFailure) {
      let text = try open(token, accessKey)
      var claims: [UInt8] = []
      text.withBytes { bytes in
        for index in SessionToken.secretLength..<max(SessionToken.secretLength, bytes.count) {
          claims.append(bytes[index])
        }
      }
      return SessionClaims(canonicalBytes: claims)
    } catch {
      guard error == .rejected else { throw .custodyUnavailable }
      return nil
    }
  }

  package func sessionSigningKey(
    _ token: [UInt8], accessKey: String, date: String, region: String, service: String
  ) throws(KMSError) -> Payload {
    do throws(CryptoFailure) {
      let text = try open(token, accessKey)
      let secret = SecretBytes(count: SessionToken.secretLength) { (room: inout MutableSpan<UInt8>) in
        text.withBytes { bytes in
          for index in room.indices { room[index] = bytes[index] }
        }
      }
      return Payload(
        try SoftwareCustody.signingKey(from: secret, date: date, region: region, service: service))
    } catch {
      throw error == .rejected ? .corrupt(.accessKey) : .custodyUnavailable
    }
  }

  private func issue(_ claims: SessionClaims) throws(KMSError) -> SessionCredentials {
    guard let newest = epochs.newest, let epoch = epochs[newest] else { throw .custodyUnavailable }
    do throws(CryptoFailure) {
      let accessKey = SessionKeyID.make(for: claims.account, random: try RandomBytes.bits128().low)
      let secret = try SoftwareCustody.newSecret()
      let claims = claims.canonicalBytes
      let text = SecretBytes(count: secret.count + claims.count) { (room: inout MutableSpan<UInt8>) in
        secret.withBytes { bytes in
          for index in bytes.indices { room[index] = bytes[index] }
        }
        for index in claims.indices { room[SessionToken.secretLength + index] = claims[index] }
      }
      let token = try SessionToken.seal(text, for: accessKey, by: epoch, in: store)
      return SessionCredentials(accessKey: accessKey, secret: Payload(secret), token: token)
    } catch {
      throw .custodyUnavailable
    }
  }

  /// 240 random bits as characters.
  private static func newSecret() throws(CryptoFailure) -> SecretBytes {
    let bits = try RandomBytes.secret(SessionToken.secretLength / 4 * 3)
    return SecretBytes(count: SessionToken.secretLength) { (room: inout MutableSpan<UInt8>) in
      bits.withBytes { Base64.encode($0, into: &room) }
    }
  }

  private func open(_ token: [UInt8], _ accessKey: String) throws(CryptoFailure) -> SecretBytes {
    guard let token = SessionToken(token), let keys = epochs.sessions(of: token.epoch) else {
      throw .rejected
    }
    return try token.open(for: accessKey, by: keys, in: store)
  }
}
