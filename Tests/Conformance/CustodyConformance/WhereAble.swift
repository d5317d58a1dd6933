import KMSDomain

/// What a call is prepared with; something else where custody can't make that. It must judge the permit before it says so, whatever it
/// is handed.
func whereAble<Made>(_ otherwise: Made, _ make: () throws -> Made) throws -> Made {
  do {
    return try make()
  } catch KMSError.unsupportedAlgorithm {
    return otherwise
  }
}
