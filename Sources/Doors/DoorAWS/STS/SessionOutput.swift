import KMSDomain
import KMSEngine
import KMSBytes

extension XMLWriter {
  /// The secret is read out of the answer, once.
  mutating func credentials(_ begun: BegunSession) {
    let credentials = begun.credentials
    let secret = credentials.secret.readOnce { bytes in
      var text: [UInt8] = []
      for index in bytes.indices { text.append(bytes[index]) }
      return String(decoding: text, as: UTF8.self)
    }
    element("Credentials") { xml in
      xml.text("AccessKeyId", credentials.accessKey)
      xml.text("SecretAccessKey", secret ?? "")
      xml.text("SessionToken", Base64.string(credentials.token))
      xml.moment("Expiration", begun.claims.expiresAt)
    }
  }

  mutating func assumedRole(_ begun: BegunSession) {
    element("AssumedRoleUser") { xml in
      xml.text("AssumedRoleId", "\(begun.claims.principal.text):\(begun.claims.name)")
      xml.text("Arn", begun.principal)
    }
    if let size = begun.size { number("PackedPolicySize", size) }
    text("SourceIdentity", optional: begun.claims.sourceIdentity)
  }
}
