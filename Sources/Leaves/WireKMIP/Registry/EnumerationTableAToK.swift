extension EnumerationTable {
  /// Enumerations and masks from A to K.
  static let aToK = """
    = Adjustment Type
    2.0: 1 Increment; 2 Decrement; 3 Negate
    = Alternative Name Type
    1.2: 1 Uninterpreted Text String; 2 URI; 3 Object Serial Number; 4 Email Address; 5 DNS Name;
      6 X.500 Distinguished Name; 7 IP Address
    = Asynchronous Indicator
    2.0: 1 Mandatory; 2 Optional; 3 Prohibited
    = Attestation Type
    1.2: 1 TPM Quote; 2 TCG Integrity Report; 3 SAML Assertion
    = Batch Error Continuation Option
    1.0: 1 Continue; 2 Stop; 3 Undo
    = Block Cipher Mode
    1.0: 1 CBC; 2 ECB; 3 PCBC; 4 CFB; 5 OFB; 6 CTR; 7 CMAC; 8 CCM; 9 GCM; A CBC-MAC; B XTS;
      C AESKeyWrapPadding; D NISTKeyWrap; E X9.102 AESKW; F X9.102 TDKW; 10 X9.102 AKW1; 11 X9.102 AKW2
    1.4: 12 AEAD
    = Cancellation Result
    1.0: 1 Canceled; 2 Unable to Cancel; 3 Completed; 4 Failed; 5 Unavailable
    = Certificate Request Type
    1.0: 1 CRMF; 2 PKCS#10; 3 PEM
    1.0-1.4: 4 PGP
    = Certificate Type
    1.0: 1 X.509; 2 PGP
    = Client Registration Method
    1.3: 1 Unspecified; 2 Server Pre-Generated; 3 Server On-Demand; 4 Client Generated;
      5 Client Registered
    = Credential Type
    1.0: 1 Username and Password
    1.1: 2 Device
    1.2: 3 Attestation
    2.0: 4 One Time Password; 5 Hashed Password; 6 Ticket
    = Cryptographic Algorithm
    1.0: 1 DES; 2 3DES; 3 AES; 4 RSA; 5 DSA; 6 ECDSA; 7 HMAC-SHA1; 8 HMAC-SHA224; 9 HMAC-SHA256;
      A HMAC-SHA384; B HMAC-SHA512; C HMAC-MD5; D DH; E ECDH; F ECMQV; 10 Blowfish; 11 Camellia;
      12 CAST5; 13 IDEA; 14 MARS; 15 RC2; 16 RC4; 17 RC5; 18 SKIPJACK; 19 Twofish
    1.2: 1A EC
    1.3: 1B One Time Pad
    1.4: 1C ChaCha20; 1D Poly1305; 1E ChaCha20Poly1305; 1F SHA3-224; 20 SHA3-256; 21 SHA3-384;
      22 SHA3-512; 23 HMAC-SHA3-224; 24 HMAC-SHA3-256; 25 HMAC-SHA3-384; 26 HMAC-SHA3-512; 27 SHAKE-128;
      28 SHAKE-256
    2.0: 29 ARIA; 2A SEED; 2B SM2; 2C SM3; 2D SM4; 2E GOST R 34.10-2012; 2F GOST R 34.11-2012;
      30 GOST R 34.13-2015; 31 GOST 28147-89; 32 XMSS; 33 SPHINCS-256; 34 McEliece; 35 McEliece-6960119;
      36 McEliece-8192128; 37 Ed25519; 38 Ed448
    & Cryptographic Usage Mask
    1.0: 1 Sign; 2 Verify; 4 Encrypt; 8 Decrypt; 10 Wrap Key; 20 Unwrap Key; 80 MAC Generate;
      100 MAC Verify; 200 Derive Key; 800 Key Agreement; 1000 Certificate Sign; 2000 CRL Sign
    1.0-1.4: 40 Export; 400 Content Commitment (Non Repudiation)|Content Commitment;
      4000 Generate Cryptogram; 8000 Validate Cryptogram; 10000 Translate Encrypt;
      20000 Translate Decrypt; 40000 Translate Wrap; 80000 Translate Unwrap
    2.0: 100000 Authenticate; 200000 Unrestricted; 400000 FPE Encrypt; 800000 FPE Decrypt
    = DRBG Algorithm
    1.3: 1 Unspecified; 2 Dual-EC; 3 Hash; 4 HMAC; 5 CTR
    = Data
    2.0: 1 Decrypt; 2 Encrypt; 3 Hash; 4 MAC MAC Data; 5 RNG Retrieve; 6 Sign Signature Data;
      7 Signature Verify
    = Derivation Method
    1.0: 1 PBKDF2; 2 HASH; 3 HMAC; 4 ENCRYPT; 5 NIST800-108-C; 6 NIST800-108-F; 7 NIST800-108-DPI
    1.4: 8 Asymmetric Key
    2.0: 9 AWS Signature Version 4; A HKDF
    = Destroy Action
    1.3: 1 Unspecified; 2 Key Material Deleted; 3 Key Material Shredded; 4 Meta Data Deleted;
      5 Meta Data Shredded; 6 Deleted; 7 Shredded
    = Digital Signature Algorithm
    1.1: 1 MD2 with RSA Encryption|MD2 with RSA Encryption (PKCS#1 v1.5);
      2 MD5 with RSA Encryption|MD5 with RSA Encryption (PKCS#1 v1.5);
      3 SHA-1 with RSA Encryption|SHA-1 with RSA Encryption (PKCS#1 v1.5);
      4 SHA-224 with RSA Encryption|SHA-224 with RSA Encryption (PKCS#1 v1.5);
      5 SHA-256 with RSA Encryption|SHA-256 with RSA Encryption (PKCS#1 v1.5);
      6 SHA-384 with RSA Encryption|SHA-384 with RSA Encryption (PKCS#1 v1.5);
      7 SHA-512 with RSA Encryption|SHA-512 with RSA Encryption (PKCS#1 v1.5);
      8 RSASSA-PSS|RSASSA-PSS (PKCS#1 v2.1); 9 DSA with SHA-1; A DSA with SHA224; B DSA with SHA256;
      C ECDSA with SHA-1; D ECDSA with SHA224; E ECDSA with SHA256; F ECDSA with SHA384;
      10 ECDSA with SHA512
    1.4: 11 SHA3-256 with RSA Encryption; 12 SHA3-384 with RSA Encryption;
      13 SHA3-512 with RSA Encryption
    = Encoding Option
    1.1: 1 No Encoding; 2 TTLV Encoding
    = Endpoint Role
    2.0: 1 Client; 2 Server
    = FIPS186 Variation
    1.3: 1 Unspecified; 2 GP x-Original; 3 GP x-Change Notice; 4 x-Original; 5 x-Change Notice;
      6 k-Original; 7 k-Change Notice
    = Hashing Algorithm
    1.0: 1 MD2; 2 MD4; 3 MD5; 4 SHA-1; 5 SHA-224; 6 SHA-256; 7 SHA-384; 8 SHA-512; 9 RIPEMD-160;
      A Tiger; B Whirlpool
    1.2: C SHA-512/224; D SHA-512/256
    1.4: E SHA3-224; F SHA3-256; 10 SHA3-384; 11 SHA3-512
    = Interop Function
    2.0: 1 Begin; 2 End; 3 Reset
    = Item Type
    2.0: 1 Structure; 2 Integer; 3 Long Integer; 4 Big Integer; 5 Enumeration; 6 Boolean; 7 Text String;
      8 Byte String; 9 Date Time; A Interval; B Date Time Extended
    = Key Compression Type
    1.0: 1 EC Public Key Type Uncompressed; 2 EC Public Key Type X9.62 Compressed Prime;
      3 EC Public Key Type X9.62 Compressed Char2; 4 EC Public Key Type X9.62 Hybrid
    = Key Format Type
    1.0: 1 Raw; 2 Opaque; 3 PKCS#1; 4 PKCS#8; 5 X.509; 6 ECPrivateKey; 7 Transparent Symmetric Key;
      8 Transparent DSA Private Key; 9 Transparent DSA Public Key; A Transparent RSA Private Key;
      B Transparent RSA Public Key; C Transparent DH Private Key; D Transparent DH Public Key
    1.0-1.4: E Transparent ECDSA Private Key; F Transparent ECDSA Public Key;
      10 Transparent ECDH Private Key; 11 Transparent ECDH Public Key; 12 Transparent ECMQV Private Key;
      13 Transparent ECMQV Public Key
    1.3: 14 Transparent EC Private Key; 15 Transparent EC Public Key
    1.4: 16 PKCS#12
    2.0: 17 PKCS#10
    = Key Role Type
    1.0: 1 BDK; 2 CVK; 3 DEK; 4 MKAC; 5 MKSMC; 6 MKSMI; 7 MKDAC; 8 MKDN; 9 MKCP; A MKOTH; B KEK;
      C MAC16609; D MAC97971; E MAC97972; F MAC97973; 10 MAC97974; 11 MAC97975; 12 ZPK; 13 PVKIBM;
      14 PVKPVV; 15 PVKOTH
    1.4: 16 DUKPT; 17 IV; 18 TRKBK
    = Key Value Location Type
    1.2: 1 Uninterpreted Text String; 2 URI
    = Key Wrap Type
    1.4: 1 Not Wrapped; 2 As Registered
    """
}
