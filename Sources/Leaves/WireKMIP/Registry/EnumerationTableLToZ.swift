extension EnumerationTable {
  /// Enumerations and masks from L to Z.
  static let lToZ = """
    = Link Type
    1.0: 101 Certificate Link; 102 Public Key Link; 103 Private Key Link;
      104 Derivation Base Object Link; 105 Derived Key Link; 106 Replacement Object Link;
      107 Replaced Object Link
    1.2: 108 Parent Link; 109 Child Link; 10A Previous Link; 10B Next Link
    1.4: 10C PKCS#12 Certificate Link; 10D PKCS#12 Password Link
    2.0: 10E Wrapping Key Link
    = Mask Generator
    1.4: 1 MGF1|MFG1
    = NIST Key Type
    2.0: 1 Private signature key; 2 Public signature verification key; 3 Symmetric authentication key;
      4 Private authentication key; 5 Public authentication key; 6 Symmetric data encryption key;
      7 Symmetric key wrapping key; 8 Symmetric random number generation key; 9 Symmetric master key;
      A Private key transport key; B Public key transport key; C Symmetric key agreement key;
      D Private static key agreement key; E Public static key agreement key;
      F Private ephemeral key agreement key; 10 Public ephemeral key agreement key;
      11 Symmetric authorization key; 12 Private authorization key; 13 Public authorization key
    = Name Type
    1.0: 1 Uninterpreted Text String; 2 URI
    = Object Group Member
    1.1: 1 Group Member Fresh; 2 Group Member Default
    = Object Type
    1.0: 1 Certificate; 2 Symmetric Key; 3 Public Key; 4 Private Key; 5 Split Key; 7 Secret Data;
      8 Opaque Object
    1.0-1.4: 6 Template
    1.2: 9 PGP Key
    2.0: A Certificate Request
    = Opaque Data Type
    = Operation
    1.0: 1 Create; 2 Create Key Pair; 3 Register; 4 Re-key; 5 Derive Key; 6 Certify; 7 Re-certify;
      8 Locate; 9 Check; A Get; B Get Attributes; C Get Attribute List; D Add Attribute;
      E Modify Attribute; F Delete Attribute; 10 Obtain Lease; 11 Get Usage Allocation; 12 Activate;
      13 Revoke; 14 Destroy; 15 Archive; 16 Recover; 17 Validate; 18 Query; 19 Cancel; 1A Poll;
      1B Notify; 1C Put
    1.1: 1D Re-key Key Pair; 1E Discover Versions
    1.2: 1F Encrypt; 20 Decrypt; 21 Sign; 22 Signature Verify; 23 MAC; 24 MAC Verify; 25 RNG Retrieve;
      26 RNG Seed; 27 Hash; 28 Create Split Key; 29 Join Split Key
    1.4: 2A Import; 2B Export
    2.0: 2C Log; 2D Login; 2E Logout; 2F Delegated Login; 30 Adjust Attribute; 31 Set Attribute;
      32 Set Endpoint Role; 33 PKCS#11; 34 Interop; 35 Re-Provision
    2.1: 36 Set Defaults; 37 Set Constraints; 38 Get Constraints; 39 Query Asynchronous Requests;
      3A Process; 3B Ping
    = Padding Method
    1.0: 1 None; 2 OAEP; 3 PKCS5; 4 SSL3; 5 Zeros; 6 ANSI X9.23; 7 ISO 10126; 8 PKCS1 v1.5; 9 X9.31;
      A PSS
    = Processing Stage
    2.1: 1 Submitted; 2 In Process; 3 Completed
    = Protection Level
    2.0: 1 High; 2 Low
    & Protection Storage Mask
    2.0: 1 Software; 2 Hardware; 4 On Processor; 8 On System; 10 Off System; 20 Hypervisor;
      40 Operating System; 80 Container; 100 On Premises; 200 Off Premises; 400 Self Managed;
      800 Outsourced; 1000 Validated; 2000 Same Jurisdiction
    = Put Function
    1.0: 1 New; 2 Replace
    = Query Function
    1.0: 1 Query Operations; 2 Query Objects; 3 Query Server Information; 4 Query Application Namespaces
    1.1: 5 Query Extension List; 6 Query Extension Map
    1.2: 7 Query Attestation Types
    1.3: 8 Query RNGs; 9 Query Validations; A Query Profiles; B Query Capabilities;
      C Query Client Registration Methods
    2.0: D Query Defaults Information; E Query Storage Protection Masks
    = RNG Algorithm
    1.3: 1 Unspecified; 2 FIPS 186-2; 3 DRBG; 4 NRBG; 5 ANSI X9.31; 6 ANSI X9.62
    = RNG Mode
    1.3: 1 Unspecified; 2 Shared Instantiation; 3 Non-Shared Instantiation
    = Recommended Curve
    1.0: 1 P-192; 2 K-163; 3 B-163; 4 P-224; 5 K-233; 6 B-233; 7 P-256; 8 K-283; 9 B-283; A P-384;
      B K-409; C B-409; D P-521; E K-571; F B-571
    1.2: 10 SECP112R1; 11 SECP112R2; 12 SECP128R1; 13 SECP128R2; 14 SECP160K1; 15 SECP160R1;
      16 SECP160R2; 17 SECP192K1; 18 SECP224K1; 19 SECP256K1; 1A SECT113R1; 1B SECT113R2; 1C SECT131R1;
      1D SECT131R2; 1E SECT163R1; 1F SECT193R1; 20 SECT193R2; 21 SECT239K1; 22 ANSIX9P192V2;
      23 ANSIX9P192V3; 24 ANSIX9P239V1; 25 ANSIX9P239V2; 26 ANSIX9P239V3; 27 ANSIX9C2PNB163V1;
      28 ANSIX9C2PNB163V2; 29 ANSIX9C2PNB163V3; 2A ANSIX9C2PNB176V1; 2B ANSIX9C2TNB191V1;
      2C ANSIX9C2TNB191V2; 2D ANSIX9C2TNB191V3; 2E ANSIX9C2PNB208W1; 2F ANSIX9C2TNB239V1;
      30 ANSIX9C2TNB239V2; 31 ANSIX9C2TNB239V3; 32 ANSIX9C2PNB272W1; 33 ANSIX9C2PNB304W1;
      34 ANSIX9C2TNB359V1; 35 ANSIX9C2PNB368W1; 36 ANSIX9C2TNB431R1; 37 BRAINPOOLP160R1;
      38 BRAINPOOLP160T1; 39 BRAINPOOLP192R1; 3A BRAINPOOLP192T1; 3B BRAINPOOLP224R1;
      3C BRAINPOOLP224T1; 3D BRAINPOOLP256R1; 3E BRAINPOOLP256T1; 3F BRAINPOOLP320R1;
      40 BRAINPOOLP320T1; 41 BRAINPOOLP384R1; 42 BRAINPOOLP384T1; 43 BRAINPOOLP512R1; 44 BRAINPOOLP512T1
    2.0: 45 CURVE25519; 46 CURVE448
    = Result Reason
    1.0: 1 Item Not Found; 2 Response Too Large; 3 Authentication Not Successful; 4 Invalid Message;
      5 Operation Not Supported; 6 Missing Data; 7 Invalid Field; 8 Feature Not Supported;
      9 Operation Canceled By Requester; A Cryptographic Failure; C Permission Denied;
      D Object Archived; F Application Namespace Not Supported; 10 Key Format Type Not Supported;
      11 Key Compression Type Not Supported; 100 General Failure
    1.0-1.4: B Illegal Operation; E Index Out of Bounds
    1.1: 12 Encoding Option Error
    1.2: 13 Key Value Not Present; 14 Attestation Required; 15 Attestation Failed
    1.4: 16 Sensitive; 17 Not Extractable; 18 Object Already Exists
    2.0: 19 Invalid Ticket; 1A Usage Limit Exceeded; 1B Numeric Range; 1C Invalid Data Type;
      1D Read Only Attribute; 1E Multi Valued Attribute; 1F Unsupported Attribute;
      20 Attribute Instance Not Found; 21 Attribute Not Found; 22 Attribute Read Only;
      23 Attribute Single Valued; 24 Bad Cryptographic Parameters; 25 Bad Password; 26 Codec Error;
      28 Illegal Object Type; 29 Incompatible Cryptographic Usage Mask; 2A Internal Server Error;
      2B Invalid Asynchronous Correlation Value; 2C Invalid Attribute; 2D Invalid Attribute Value;
      2E Invalid Correlation Value; 2F Invalid CSR; 30 Invalid Object Type;
      32 Key Wrap Type Not Supported; 34 Missing Initialization Vector; 35 Non Unique Name Attribute;
      36 Object Destroyed; 37 Object Not Found; 39 Not Authorised|Not Authorized;
      3A Server Limit Exceeded; 3B Unknown Enumeration; 3C Unknown Message Extension; 3D Unknown Tag;
      3E Unsupported Cryptographic Parameters; 3F Unsupported Protocol Version;
      40 Wrapping Object Archived; 41 Wrapping Object Destroyed; 42 Wrapping Object Not Found;
      43 Wrong Key Lifecycle State; 44 Protection Storage Unavailable; 45 PKCS#11 Codec Error;
      46 PKCS#11 Invalid Function; 47 PKCS#11 Invalid Interface;
      48 Private Protection Storage Unavailable; 49 Public Protection Storage Unavailable
    2.1: 4A Unknown Object Group; 4B Constraint Violation; 4C Duplicate Process Request
    = Result Status
    1.0: 0 Success; 1 Operation Failed; 2 Operation Pending; 3 Operation Undone
    = Revocation Reason Code
    1.0: 1 Unspecified; 2 Key Compromise; 3 CA Compromise; 4 Affiliation Changed; 5 Superseded;
      6 Cessation of Operation; 7 Privilege Withdrawn
    = Rotate Name Type
    2.1: 1 Uninterpreted Text String; 2 URI
    = Secret Data Type
    1.0: 1 Password; 2 Seed
    = Shredding Algorithm
    1.3: 1 Unspecified; 2 Cryptographic; 3 Unsupported
    = Split Key Method
    1.0: 1 XOR; 2 Polynomial Sharing GF(2^16); 3 Polynomial Sharing Prime Field
    1.2: 4 Polynomial Sharing GF(2^8)
    = State
    1.0: 1 Pre-Active; 2 Active; 3 Deactivated; 4 Compromised; 5 Destroyed; 6 Destroyed Compromised
    & Storage Status Mask
    1.0: 1 On-line storage; 2 Archival storage
    2.0: 4 Destroyed storage
    = Ticket Type
    2.0: 1 Login
    = Unique Identifier
    2.0: 1 ID Placeholder; 2 Certify; 3 Create; 4 Create Key Pair; 5 Create Key Pair Private Key;
      6 Create Key Pair Public Key; 7 Create Split Key; 8 Derive Key; 9 Import; A Join Split Key;
      B Locate; C Register; D Re-key; E Re-certify; F Re-key Key Pair; 10 Re-key Key Pair Private Key;
      11 Re-key Key Pair Public Key
    = Unwrap Mode
    1.3: 1 Unspecified; 2 Processed; 3 Not Processed
    = Usage Limits Unit
    1.0: 1 Byte; 2 Object
    = Validation Authority Type
    1.3: 1 Unspecified; 2 NIST CMVP; 3 Common Criteria
    = Validation Type
    1.3: 1 Unspecified; 2 Hardware; 3 Software; 4 Firmware; 5 Hybrid
    = Validity Indicator
    1.0: 1 Valid; 2 Invalid; 3 Unknown
    = Wrapping Method
    1.0: 1 Encrypt; 2 MAC/sign; 3 Encrypt then MAC/sign; 4 MAC/sign then encrypt; 5 TR-31
    """
}
