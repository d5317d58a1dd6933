package import KMSDomain

extension SoftwareCustody {
  package func digest(of key: any LiveKey, permit: borrowing Permit) throws(KMSError) -> [UInt8] {
    throw .unsupportedAlgorithm("not there yet")
  }
}
