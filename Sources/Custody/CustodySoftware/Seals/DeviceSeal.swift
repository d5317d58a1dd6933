package import KMSDomain
import KMSSecrets

/// Seals by a device that keeps the root: nobody has its bytes, and the holder says only which key it is.
package struct DeviceSeal: Seal {
  package let kind = SealKind.pkcs11
  private let device: @Sendable () throws(SealError) -> any RootDevice

  /// - Parameter device: asked each time, because a device may come and go.
  package init(_ device: @escaping @Sendable () throws(SealError) -> any RootDevice) { self.device = device }

  package func make(for store: Bits128) throws(SealError) -> NewRoot {
    let device = try device()
    let id = try RootID.random()
    do throws(DeviceFault) {
      let reference = try device.makeKey(for: store)
      let root = DeviceRoot(id: id, key: try device.key(reference, of: store))
      return NewRoot(root: root, holder: SealHolder(kind: kind, root: id, parameters: reference, sealed: []))
    } catch {
      throw SealError(error)
    }
  }

  package func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root {
    guard holder.kind == kind else { throw .otherKind(sealed: [holder.kind], given: kind) }
    let device = try device()
    do throws(DeviceFault) {
      return DeviceRoot(id: holder.root, key: try device.key(holder.parameters, of: store))
    } catch {
      throw SealError(error)
    }
  }
}

/// A root that never leaves its device.
private struct DeviceRoot: Root {
  let id: RootID
  let key: any RootDeviceKey

  func seal(_ secret: borrowing SecretBytes, aad: [UInt8]) throws(SealError) -> [UInt8] {
    do throws(DeviceFault) {
      return try key.wrap(secret, bound: aad)
    } catch {
      throw SealError(error)
    }
  }

  func open(_ blob: [UInt8], aad: [UInt8]) throws(SealError) -> SecretBytes {
    do throws(DeviceFault) {
      return try key.unwrap(blob, bound: aad)
    } catch {
      throw SealError(error)
    }
  }
}

extension SealError {
  package init(_ fault: DeviceFault) {
    switch fault {
    case .rejected: self = .rejected
    case .busy: self = .unreachable("more is being asked of the token than it does at a time")
    case .unreachable(let reason): self = .unreachable(reason)
    case .refused(let reason), .unsupported(let reason): self = .refused(reason)
    }
  }
}
