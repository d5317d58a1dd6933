extension TagTable {
  /// The tags that KMIP 1.1 to 1.4 introduced.
  static let since1x = """
    = 1.1
    A2 T Device Identifier
    A3 E Encoding Option
    A4 S Extension Information
    A5 T Extension Name
    A6 I Extension Tag
    A7 EI Extension Type < Item Type
    A8 B Fresh
    A9 T Machine Identifier
    AA T Media Identifier
    AB T Network Identifier
    AC E Object Group Member
    AD I Certificate Length
    AE E Digital Signature Algorithm
    AF Y Certificate Serial Number
    B0 T Device Serial Number
    B1 Y Issuer Alternative Name
    B2 Y Issuer Distinguished Name
    B3 Y Subject Alternative Name
    B4 Y Subject Distinguished Name
    B5 S X.509 Certificate Identifier
    B6 S X.509 Certificate Issuer
    B7 S X.509 Certificate Subject
    = 1.2
    B8 S Key Value Location
    B9 T Key Value Location Value
    BA E Key Value Location Type
    BB B Key Value Present
    BC D Original Creation Date
    BD S PGP Key
    BE I PGP Key Version
    BF S Alternative Name
    C0 T Alternative Name Value
    C1 E Alternative Name Type
    C2 YEI Data
    C3 YEI Signature Data < Data
    C4 I Data Length
    C5 B Random IV
    C6 YEI MAC Data < Data
    C7 E Attestation Type
    C8 S Nonce
    C9 Y Nonce ID
    CA Y Nonce Value
    CB Y Attestation Measurement
    CC Y Attestation Assertion
    CD I IV Length
    CE I Tag Length
    CF I Fixed Field Length
    D0 I Counter Length
    D1 I Initial Counter Value
    D2 I Invocation Field Length
    D3 B Attestation Capable Indicator
    = 1.3
    D4 I Offset Items
    D5 I Located Items
    D6 Y Correlation Value
    D7 B Init Indicator
    D8 B Final Indicator
    D9 S RNG Parameters
    DA E RNG Algorithm
    DB E DRBG Algorithm
    DC E FIPS186 Variation
    DD B Prediction Resistance
    DE S Random Number Generator
    DF S Validation Information
    E0 E Validation Authority Type
    E1 T Validation Authority Country
    E2 T Validation Authority URI
    E3 I Validation Version Major
    E4 I Validation Version Minor
    E5 E Validation Type
    E6 I Validation Level
    E7 T Validation Certificate Identifier
    E8 T Validation Certificate URI
    E9 T Validation Vendor URI
    EA T Validation Profile
    EB S Profile Information
    EC E Profile Name
    ED T Server URI
    EE I Server Port
    EF B Streaming Capability
    F0 B Asynchronous Capability
    F1 B Attestation Capability
    F2 E Unwrap Mode
    F3 E Destroy Action
    F4 E Shredding Algorithm
    F5 E RNG Mode
    F6 E Client Registration Method
    F7 S Capability Information
    = 1.4
    F8 E Key Wrap Type
    F9 B Batch Undo Capability
    FA B Batch Continue Capability
    FB T PKCS#12 Friendly Name
    FC T Description
    FD T Comment
    FE Y Authenticated Encryption Additional Data
    FF Y Authenticated Encryption Tag
    100 I Salt Length
    101 E Mask Generator
    102 E Mask Generator Hashing Algorithm < Hashing Algorithm
    103 Y P Source
    104 I Trailer Field
    105 T Client Correlation Value
    106 T Server Correlation Value
    107 Y Digested Data
    108 T Certificate Subject CN
    109 T Certificate Subject O
    10A T Certificate Subject OU
    10B T Certificate Subject Email
    10C T Certificate Subject C
    10D T Certificate Subject ST
    10E T Certificate Subject L
    10F T Certificate Subject UID
    110 T Certificate Subject Serial Number
    111 T Certificate Subject Title
    112 T Certificate Subject DC
    113 T Certificate Subject DN Qualifier
    114 T Certificate Issuer CN
    115 T Certificate Issuer O
    116 T Certificate Issuer OU
    117 T Certificate Issuer Email
    118 T Certificate Issuer C
    119 T Certificate Issuer ST
    11A T Certificate Issuer L
    11B T Certificate Issuer UID
    11C T Certificate Issuer Serial Number
    11D T Certificate Issuer Title
    11E T Certificate Issuer DC
    11F T Certificate Issuer DN Qualifier
    120 B Sensitive
    121 B Always Sensitive
    122 B Extractable
    123 B Never Extractable
    124 B Replace Existing
    """
}
