import KMSBytes
package import KMSDomain

extension SoftwareCustody: RecordAuthenticator {
  package func code(for bytes: [UInt8]) -> [UInt8] {
    do throws(CryptoFailure) {
      return try storeKeys.records.code(for: bytes.span)
    } catch {
      // A keyed HMAC fails for want of memory only, and a record without its code must not be stored.
      fatalError("out of memory for a record's code")
    }
  }

  package func isValid(_ code: [UInt8], for bytes: [UInt8]) -> Bool {
    do throws(CryptoFailure) {
      return ConstantTime.equal(code, try storeKeys.records.code(for: bytes.span))
    } catch {
      return false
    }
  }
}

extension SoftwareCustody: Signer {
  package var publicKey: [UInt8] { storeKeys.checkpoints.publicKey }

  package func sign(_ message: [UInt8]) throws(KMSError) -> [UInt8] {
    do throws(CryptoFailure) {
      return try storeKeys.checkpoints.sign(message)
    } catch {
      throw .custodyUnavailable
    }
  }
}

extension SoftwareCustody: Randomness {
  package func bits128() -> Bits128 {
    do throws(CryptoFailure) {
      return try RandomBytes.bits128()
    } catch {
      // Without the system's entropy an identifier could repeat: nothing may be made with it.
      fatalError("no random bytes")
    }
  }
}
