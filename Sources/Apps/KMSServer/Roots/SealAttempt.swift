import CustodySoftware
import DoorAdmin
import KMSDomain

/// A try at opening the seal that a configuration names. Seals take half a second, or ask other machines: on threads of their own.
struct SealAttempt: Sendable {
  let configuration: Configuration
  let directory: DataDirectory
  let variables: SecretVariables

  /// - Parameters:
  ///   - box: the shares that were handed in.
  ///   - passphrase: the one that was typed.
  func open(
    _ file: SealFile, box: ShareBox? = nil, passphrase: TypedSecret? = nil
  ) async -> Result<OpenSeal, SealError> {
    let seal = Seals.make(
      configuration.seal, directory, variables: variables, box: box, typed: passphrase)
    let (token, variables) = (configuration.pkcs11, variables)
    return await Blocking.run { () -> Result<OpenSeal, SealError> in
      do throws(SealError) {
        // Keys may be on the token whatever the seal is: without its PIN nothing could be served.
        try HardwareToken.requirePIN(token, variables)
        return .success(try OpenSeal(file, by: seal, for: file.store))
      } catch {
        return .failure(error)
      }
    }
  }

  /// Keeps the PIN if the token takes it.
  func take(pin: TypedSecret) async throws(SealRefusal) {
    variables.pin.take(pin)
    let (configuration, variables) = (configuration, variables)
    let problem = await Blocking.run { () -> String? in
      do {
        _ = try HardwareToken.summary(configuration, variables: variables)
        return nil
      } catch {
        return "\(error)"
      }
    }
    guard let problem else { return }
    variables.pin.forget()
    throw SealRefusal(problem)
  }
}
