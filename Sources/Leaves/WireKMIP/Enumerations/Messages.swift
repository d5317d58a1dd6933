extension KMIP {
  /// What becomes of a batch when an item fails (KMIP 2.1 section 11.5).
  package enum BatchErrorContinuationOption: UInt32, KMIPEnumeration {
    case `continue` = 0x1
    case stop = 0x2
    case undo = 0x3

    package static let tag = KMIPTag.batchErrorContinuationOption
  }

  /// Whether a client takes its answer later; before 2.0 the tag holds a Boolean (KMIP 2.1 section 11.3).
  package enum AsynchronousIndicator: UInt32, KMIPEnumeration {
    case mandatory = 0x1
    case optional = 0x2
    case prohibited = 0x3

    package static let tag = KMIPTag.asynchronousIndicator
  }

  /// How far an asynchronous request has come (KMIP 2.1 section 11.40).
  package enum ProcessingStage: UInt32, KMIPEnumeration {
    case submitted = 0x1
    case inProcess = 0x2
    case completed = 0x3

    package static let tag = KMIPTag.processingStage
  }

  /// What Cancel achieved (KMIP 2.1 section 11.7).
  package enum CancellationResult: UInt32, KMIPEnumeration {
    case canceled = 0x1
    case unableToCancel = 0x2
    case completed = 0x3
    case failed = 0x4
    case unavailable = 0x5

    package static let tag = KMIPTag.cancellationResult
  }

  /// What a server does by Put (KMIP 2.1 section 11.43).
  package enum PutFunction: UInt32, KMIPEnumeration {
    case new = 0x1
    case replace = 0x2

    package static let tag = KMIPTag.putFunction
  }

  /// Which side of a connection asks (KMIP 2.1 section 11.19).
  package enum EndpointRole: UInt32, KMIPEnumeration {
    case client = 0x1
    case server = 0x2

    package static let tag = KMIPTag.endpointRole
  }

  /// How Adjust Attribute changes a value (KMIP 2.1 section 11.1).
  package enum AdjustmentType: UInt32, KMIPEnumeration {
    case increment = 0x1
    case decrement = 0x2
    case negate = 0x3

    package static let tag = KMIPTag.adjustmentType
  }

  /// What Interop announces (KMIP 2.1 section 11.22).
  package enum InteropFunction: UInt32, KMIPEnumeration {
    case begin = 0x1
    case end = 0x2
    case reset = 0x3

    package static let tag = KMIPTag.interopFunction
  }

  /// Data that stand for what an earlier operation of the batch made (KMIP 2.1 section 11.13).
  package enum DataEnumeration: UInt32, KMIPEnumeration {
    case decrypt = 0x1
    case encrypt = 0x2
    case hash = 0x3
    case macMACData = 0x4
    case rngRetrieve = 0x5
    case signSignatureData = 0x6
    case signatureVerify = 0x7

    package static let tag = KMIPTag.data
  }
}
