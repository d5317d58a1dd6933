/// Where material that is made may go. What may leave is always under the root: it couldn't leave a device.
package enum MaterialSite: UInt8, Sendable {
  /// Under the root.
  case root = 1
  /// Where the operator has new keys made.
  case usual = 2
  /// On the device, if there is one; else under the root.
  case device = 3
}
