package import KMSDomain

extension SoftwareCustody {
  package func place(of key: any LiveKey, permit: borrowing Permit) throws(KMSError) -> MaterialPlace {
    let key = try ours(key, .attest, permit)
    guard let elsewhere = key.elsewhere else { return .memory(library: OpenSSL.version) }
    return .device(try elsewhere.facts())
  }
}
