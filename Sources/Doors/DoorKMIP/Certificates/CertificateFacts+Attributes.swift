import KMSBytes
import WireKMIP

extension CertificateFacts {
  /// How an integer stands where an attribute wants its bytes.
  enum SerialForm {
    /// With tag and length, and in text as hex in capitals without leading zeros: registered certificates, as published test cases
    /// have them.
    case encoded
    /// The bytes alone, and in text as hex of them: certificates out of PKCS#12 stores, as published test cases have them.
    case bare
  }

  /// The attributes that the server sets.
  func attributes(_ form: SerialForm = .encoded) -> AttributeList {
    var list = AttributeList()
    list.set(.certificateLength, to: Int32(clamping: byteCount))
    if let signature { list.set(signature) }
    addEncoded(form, to: &list)
    addLines(form, to: &list)
    addParts(to: &list)
    return list
  }

  /// What the certified key is; nothing where KMIP has no numbers for it.
  var keyAttributes: AttributeList {
    var list = AttributeList()
    guard let key, let length = key.length else { return list }
    list.set(key.algorithm)
    list.set(.cryptographicLength, to: length)
    return list
  }

  private func serialBytes(_ form: SerialForm) -> [UInt8] {
    switch form {
    case .bare: serial
    case .encoded: CertificateFacts.encoded(serial: serial)
    }
  }

  /// With tag and length (DER). Serial numbers have at most 20 bytes, of which nobody makes sure.
  static func encoded(serial: [UInt8]) -> [UInt8] {
    serial.count < 0x80 ? [0x02, UInt8(serial.count)] + serial : serial
  }

  /// Whether two serial numbers are one, in whichever form each is.
  static func isSame(serial one: [UInt8], _ other: [UInt8]) -> Bool {
    one == other || encoded(serial: one) == other || one == encoded(serial: other)
  }

  private func serialText(_ form: SerialForm) -> String {
    switch form {
    case .bare: return Hex.string(serial)
    case .encoded:
      let digits = serial.drop { $0 == 0 }
      return digits.isEmpty ? "00" : Hex.string(Array(digits)).uppercased()
    }
  }

  private func addEncoded(_ form: SerialForm, to list: inout AttributeList) {
    list.set(.x509CertificateIdentifier) { output in
      output.structure(.x509CertificateIdentifier) { output in
        output.byteString(.issuerDistinguishedName, issuer.der)
        output.byteString(.certificateSerialNumber, serialBytes(form))
      }
    }
    list.set(.x509CertificateSubject) { output in
      output.structure(.x509CertificateSubject) { output in
        output.byteString(.subjectDistinguishedName, subject.der)
        for name in subjectAlternatives { output.byteString(.subjectAlternativeName, name) }
      }
    }
    list.set(.x509CertificateIssuer) { output in
      output.structure(.x509CertificateIssuer) { output in
        output.byteString(.issuerDistinguishedName, issuer.der)
        for name in issuerAlternatives { output.byteString(.issuerAlternativeName, name) }
      }
    }
  }

  /// What 1.x has of names as text.
  private func addLines(_ form: SerialForm, to list: inout AttributeList) {
    list.set(.certificateIdentifier) { output in
      output.structure(.certificateIdentifier) { output in
        output.text(.issuer, issuer.line)
        output.text(.serialNumber, serialText(form))
      }
    }
    list.set(.certificateSubject) { output in
      output.structure(.certificateSubject) { output in
        output.text(.certificateSubjectDistinguishedName, subject.line)
      }
    }
    list.set(.certificateIssuer) { output in
      output.structure(.certificateIssuer) { output in
        output.text(.certificateIssuerDistinguishedName, issuer.line)
      }
    }
  }

  /// The parts of both names, each an attribute of its own.
  private func addParts(to list: inout AttributeList) {
    for (type, subjects, issuers) in NameTypes.attributes {
      for part in subject.parts where part.type == type {
        list.add(subjects) { $0.text(subjects, part.value) }
      }
      for part in issuer.parts where part.type == type {
        list.add(issuers) { $0.text(issuers, part.value) }
      }
    }
  }
}
