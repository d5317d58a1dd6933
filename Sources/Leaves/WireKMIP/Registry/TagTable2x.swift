extension TagTable {
  /// The tags that KMIP 2.0 and 2.1 introduced.
  static let since2x = """
    = 2.0
    125 S Attributes
    126 S Common Attributes
    127 S Private Key Attributes
    128 S Public Key Attributes
    129 I Extension Enumeration
    12A B Extension Attribute
    12B I Extension Parent Structure Tag
    12C T Extension Description
    12D T Server Name
    12E T Server Serial Number
    12F T Server Version
    130 T Server Load
    131 T Product Name
    132 T Build Level
    133 T Build Date
    134 T Cluster Info
    135 T Alternate Failover Endpoints
    136 Y Short Unique Identifier
    137 * Reserved
    138 E Tag
    139 TEI Certificate Request Unique Identifier < Unique Identifier
    13A E NIST Key Type
    13B ES Attribute Reference < Tag
    13C S Current Attribute
    13D S New Attribute
    140 Y Certificate Request Value
    141 T Log Message
    142 S Profile Version
    143 I Profile Version Major
    144 I Profile Version Minor
    145 E Protection Level
    146 N Protection Period
    147 B Quantum Safe
    148 B Quantum Safe Capability
    149 S Ticket
    14A E Ticket Type
    14B Y Ticket Value
    14C I Request Count
    14D S Rights
    14E S Objects
    14F S Operations
    150 S Right
    151 E Endpoint Role
    152 S Defaults Information
    153 S Object Defaults
    154 B Ephemeral
    155 Y Server Hashed Password
    156 T One Time Password
    157 Y Hashed Password
    158 E Adjustment Type
    159 T PKCS#11 Interface
    15A E PKCS#11 Function
    15B Y PKCS#11 Input Parameters
    15C Y PKCS#11 Output Parameters
    15D E PKCS#11 Return Code
    15E I Protection Storage Mask
    15F S Protection Storage Masks
    160 E Interop Function
    161 T Interop Identifier
    162 * Adjustment Value
    163 S Common Protection Storage Masks
    164 S Private Protection Storage Masks
    165 S Public Protection Storage Masks
    = 2.1
    166 S Object Groups
    167 S Object Types
    168 S Constraints
    169 S Constraint
    16A N Rotate Interval
    16B B Rotate Automatic
    16C N Rotate Offset
    16D D Rotate Date
    16E I Rotate Generation
    16F S Rotate Name
    170 T Rotate Name Value
    171 E Rotate Name Type
    172 B Rotate Latest
    173 S Asynchronous Request
    174 X Submission Date
    175 E Processing Stage
    176 S Asynchronous Correlation Values
    """
}
