/// An account as Microsoft's protocols name it: a GUID that carries the account's digits, so that nobody has to keep a table.
extension AccountID {
  package var tenant: GUID { GUID(Bits128(high: AccountID.tenantHigh, low: AccountID.tenantLow | digits)) }

  /// - Returns: nil for a GUID that is no account's.
  package init?(tenant: GUID) {
    guard tenant.bits.high == AccountID.tenantHigh,
      tenant.bits.low & ~AccountID.digitMask == AccountID.tenantLow
    else { return nil }
    self.init(String(tenant.text.suffix(12)))
  }

  /// 12 decimal digits, read as hexadecimal ones.
  private var digits: UInt64 { UInt64(text, radix: 16) ?? 0 }

  private static let digitMask: UInt64 = (1 << 48) - 1
  private static let tenantHigh: UInt64 = 0x0000_0000_0000_4000
  private static let tenantLow: UInt64 = 0x8000 << 48
}
