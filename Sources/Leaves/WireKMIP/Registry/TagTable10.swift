extension TagTable {
  /// The tags that KMIP 1.0 introduced.
  static let since10 = """
    = 1.0
    1 D Activation Date
    2 T Application Data
    3 T Application Namespace
    4 S Application Specific Information
    5 D Archive Date
    6 Y Asynchronous Correlation Value
    7 BE Asynchronous Indicator
    8 S Attribute
    A T Attribute Name
    B * Attribute Value
    C S Authentication
    D I Batch Count
    E E Batch Error Continuation Option
    F S Batch Item
    10 B Batch Order Option
    11 E Block Cipher Mode
    12 E Cancellation Result
    13 S Certificate
    18 SY Certificate Request
    19 E Certificate Request Type
    1D E Certificate Type
    1E Y Certificate Value
    20 D Compromise Date
    21 D Compromise Occurrence Date
    22 T Contact Information
    23 S Credential
    24 E Credential Type
    25 S Credential Value
    26 B Criticality Indicator
    27 G CRT Coefficient
    28 E Cryptographic Algorithm
    29 S Cryptographic Domain Parameters
    2A I Cryptographic Length
    2B S Cryptographic Parameters
    2C I Cryptographic Usage Mask
    2E G D
    2F D Deactivation Date
    30 Y Derivation Data
    31 E Derivation Method
    32 S Derivation Parameters
    33 D Destroy Date
    34 S Digest
    35 Y Digest Value
    36 S Encryption Key Information
    37 G G
    38 E Hashing Algorithm
    39 D Initial Date
    3A Y Initialization Vector
    3C I Iteration Count
    3D Y IV/Counter/Nonce
    3E G J
    3F Y Key
    40 S Key Block
    41 E Key Compression Type
    42 E Key Format Type
    43 YS Key Material
    44 I Key Part Identifier
    45 YS Key Value
    46 S Key Wrapping Data
    47 S Key Wrapping Specification
    48 D Last Change Date
    49 N Lease Time
    4A S Link
    4B E Link Type
    4C TEI Linked Object Identifier < Unique Identifier
    4D Y MAC/Signature
    4E S MAC/Signature Key Information
    4F I Maximum Items
    50 I Maximum Response Size
    51 S Message Extension
    52 G Modulus
    53 S Name
    54 E Name Type
    55 T Name Value
    56 T Object Group
    57 E Object Type
    58 I Offset
    59 E Opaque Data Type
    5A Y Opaque Data Value
    5B S Opaque Object
    5C E Operation
    5E G P
    5F E Padding Method
    60 G Prime Exponent P
    61 G Prime Exponent Q
    62 G Prime Field Size
    63 G Private Exponent
    64 S Private Key
    66 TEI Private Key Unique Identifier < Unique Identifier
    67 D Process Start Date
    68 D Protect Stop Date
    69 S Protocol Version
    6A I Protocol Version Major
    6B I Protocol Version Minor
    6C G Public Exponent
    6D S Public Key
    6F TEI Public Key Unique Identifier < Unique Identifier
    70 E Put Function
    71 G Q
    72 Y Q String
    73 I Qlength
    74 E Query Function
    75 E Recommended Curve
    76 T Replaced Unique Identifier
    77 S Request Header
    78 S Request Message
    79 S Request Payload
    7A S Response Header
    7B S Response Message
    7C S Response Payload
    7D T Result Message
    7E E Result Reason
    7F E Result Status
    80 T Revocation Message
    81 S Revocation Reason
    82 E Revocation Reason Code
    83 E Key Role Type
    84 Y Salt
    85 S Secret Data
    86 E Secret Data Type
    88 S Server Information
    89 S Split Key
    8A E Split Key Method
    8B I Split Key Parts
    8C I Split Key Threshold
    8D E State
    8E I Storage Status Mask
    8F S Symmetric Key
    92 D Time Stamp
    93 Y Unique Batch Item ID
    94 TEI Unique Identifier
    95 S Usage Limits
    96 L Usage Limits Count
    97 L Usage Limits Total
    98 E Usage Limits Unit
    99 T Username
    9A D Validity Date
    9B E Validity Indicator
    9C S Vendor Extension
    9D T Vendor Identification
    9E E Wrapping Method
    9F G X
    A0 G Y
    A1 T Password
    = 1.0-1.4
    9 I Attribute Index
    14 S Certificate Identifier
    15 S Certificate Issuer
    16 T Certificate Issuer Alternative Name
    17 T Certificate Issuer Distinguished Name
    1A S Certificate Subject
    1B T Certificate Subject Alternative Name
    1C T Certificate Subject Distinguished Name
    1F S Common Template-Attribute
    2D * Custom Attribute
    3B T Issuer
    5D T Operation Policy Name
    65 S Private Key Template-Attribute
    6E S Public Key Template-Attribute
    87 T Serial Number
    90 S Template
    91 S Template-Attribute
    """
}
